/* yescrypt by the system's libcrypt, with a random salt for each. */
#define _DEFAULT_SOURCE          /* explicit_bzero */
#include "models.h"
#include "password.h"
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

/* crypt_data has 32 KB, and what was typed in it */
static bool hash_into(const char *plain, const char *setting, char *out, size_t size)
{
    struct crypt_data *work = calloc(1, sizeof *work);
    const char *hash = work ? crypt_r(plain, setting, work) : NULL;
    bool made = hash && hash[0] != '*' && strlen(hash) < size;
    if (made) memcpy(out, hash, strlen(hash) + 1);
    if (work) explicit_bzero(work, sizeof *work);
    free(work);
    return made;
}

orm_status password_hash(const char *plain, char *out, size_t size)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    return crypt_gensalt_rn(NULL, 0, NULL, 0, setting, sizeof setting) && hash_into(plain, setting, out, size) ? ORM_OK : ORM_FAILED;
}

bool password_verify(const char *plain, const char *hash)
{
    char own[CRYPT_OUTPUT_SIZE];
    if (!hash_into(plain, hash, own, sizeof own) || strlen(own) != strlen(hash)) return false;
    unsigned differ = 0;         /* all of it is compared, so that the time does not tell how much is right */
    for (size_t i = 0; own[i]; i++) differ |= (unsigned)(own[i] ^ hash[i]);
    return differ == 0;
}

void password_waste(const char *plain)
{
    char out[CRYPT_OUTPUT_SIZE];
    if (password_hash(plain, out, sizeof out)) return;
}
