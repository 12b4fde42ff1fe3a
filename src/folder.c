/* >>folder: the files of migrations. What comes from a folder is input: names are checked, links are not followed, and nothing is read that is not
   text of a sensible size. */
#include "evolve.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Digits of a time, then words: 20261127101500_add_age. The name without ".sql" has `n` bytes. */
ORM_PRIVATE bool orm__is_migration_name(const char *name, size_t n)
{
    size_t digits = strspn(name, "0123456789");
    if (digits < 8 || digits > 14 || n < digits + 2 || n > 120 || name[digits] != '_') return false;
    for (size_t i = digits; i < n; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') || name[i] == '_')) return false;
    return true;
}

static orm_status orm__read_failed(const char *path, const char *what)
{
    return orm__raise(NULL, ORM_IO, errno, "%.300s: %s%s%s", path, what, errno ? ": " : "", errno ? strerror(errno) : "");
}

static orm_status orm__read_all(int file, size_t size, const char *path, char *out)
{
    size_t n = 0;
    while (n < size) {
        ssize_t more = read(file, out + n, size - n);
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) return orm__read_failed(path, more < 0 ? "cannot be read" : "became shorter while it was read");
        n += (size_t)more;
    }
    return ORM_OK;
}

/* What an editor or git made of line ends, and the mark that some editors write at the beginning, are no part of a text. In the arena, with a NUL behind it. */
ORM_PRIVATE orm_status orm__plain_text(const char *place, const char *from, size_t size, orm_arena *arena, const char **out, size_t *out_size)
{
    size_t characters = 0, n = 0;
    if (orm__check_bytes(from, size, &characters) != ORM__TEXT_OK) return orm__raise(NULL, ORM_BAD_TEXT, 0, "%.300s: is not valid UTF-8, or holds a NUL", place);
    char *plain = orm__bump(arena, size + 1, 1);
    if (!plain) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = size >= 3 && memcmp(from, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; i < size; i++)
        if (from[i] != '\r' || i + 1 == size || from[i + 1] != '\n') plain[n++] = from[i];
    plain[n] = 0;
    *out = plain;
    *out_size = n;
    return ORM_OK;
}

/* a regular file as plain text */
ORM_PRIVATE orm_status orm__read_text_file(const char *path, size_t limit, orm_arena *arena, const char **text_, size_t *size)
{
    struct stat about;
    errno = 0;
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return orm__read_failed(path, errno == ELOOP ? "is a link, which is not followed" : "cannot be opened");
    orm_status status = fstat(file, &about) ? orm__read_failed(path, "cannot be looked at") : ORM_OK;
    errno = 0;
    if (!status && !S_ISREG(about.st_mode)) status = orm__read_failed(path, "is no regular file");
    if (!status && (uintmax_t)about.st_size > limit) status = orm__raise(NULL, ORM_IO, 0, "%.300s: is larger than %zu MB", path, limit >> 20);
    char *out = status ? NULL : orm__bump(arena, (size_t)about.st_size + 1, 1);
    if (!status && !out) status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (!status) status = orm__read_all(file, (size_t)about.st_size, path, out);
    close(file);
    if (status) return status;
    return orm__plain_text(path, out, (size_t)about.st_size, arena, text_, size);
}

/* ---- listing ------------------------------------------------------------------------------------------------------------------- */
static int orm__compare_names(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static orm_status orm__list_entry(const char *folder, const char *entry, orm_arena *arena, const char ***names, size_t *n, size_t *room)
{
    size_t length = strlen(entry);
    if (length < 4 || strcmp(entry + length - 4, ".sql") != 0 || entry[0] == '.') return ORM_OK;
    if (!orm__is_migration_name(entry, length - 4))
        return orm__raise(NULL, ORM_MISUSE, 0, "%.200s/%.100s: a migration is called by 8 to 14 digits and words of small letters, as 20261127101500_add_age.sql", folder, entry);
    if (*n == *room) {
        size_t more = *room ? *room * 2 : 32;
        const char **list = orm_arena_allocate(arena, more * sizeof *list);
        if (!list) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
        if (*n) memcpy(list, *names, *n * sizeof *list);
        *names = list;
        *room = more;
    }
    (*names)[*n] = orm_format(arena, "%.*s", (int)(length - 4), entry);
    return (*names)[(*n)++] ? ORM_OK : orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
}

/* the names of the migrations in the folder, without ".sql", in order. A folder that is not there has none when `may_be_missing`. */
ORM_PRIVATE orm_status orm__list_folder(const char *folder, bool may_be_missing, orm_arena *arena, const char ***names, size_t *n)
{
    size_t room = 0;
    orm_status status = ORM_OK;
    errno = 0;
    DIR *open_folder = opendir(folder);
    *names = NULL;
    *n = 0;
    if (!open_folder && errno == ENOENT && may_be_missing) return ORM_OK;
    if (!open_folder) return orm__read_failed(folder, "cannot be opened");
    for (struct dirent *entry; !status && (errno = 0, entry = readdir(open_folder)) != NULL; ) status = orm__list_entry(folder, entry->d_name, arena, names, n, &room);
    if (!status && errno) status = orm__read_failed(folder, "cannot be read");
    closedir(open_folder);
    if (!status && *n) qsort(*names, *n, sizeof **names, orm__compare_names);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------------------------------------------- */
/* a file that is not there yet; a name that exists is an error, and what was half written is removed */
ORM_PRIVATE orm_status orm__write_new_file(const char *folder, const char *path, const char *text_, size_t size)
{
    errno = 0;
    if (mkdir(folder, 0777) && errno != EEXIST) return orm__read_failed(folder, "cannot be made");
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return orm__read_failed(path, "cannot be made");
    size_t n = 0;
    bool failed = false;
    while (n < size && !failed) {
        ssize_t more = write(file, text_ + n, size - n);
        if (more < 0 && errno == EINTR) continue;
        failed = more <= 0;
        if (!failed) n += (size_t)more;
    }
    failed |= fsync(file) != 0 && errno != EINVAL;
    failed |= close(file) != 0;
    if (!failed) return ORM_OK;
    orm_status status = orm__read_failed(path, "cannot be written");
    unlink(path);
    return status;
}
