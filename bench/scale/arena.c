/* What the arena of a result reserves and does not use: bytes as a counting allocator sees them, of lists of 10^2 .. 10^6 users in SQLite in memory. */
#include "../models.h"
#include "dialects/sqlite.h"
#include "../common.h"
#include "check_alloc.h"
ORM_DEFINE(Bench)

int main(void)
{
    struct check_allocator memory = { 0 };
    enum { MOST = 1000000, AT_ONCE = 100000 };
    static User rows[AT_ONCE];
    static input from[AT_ONCE];
    uint64_t seed = 12345;
    orm_db *db = orm_open("sqlite::memory:", .allocator = check_failing_allocator(&memory));
    if (!db || orm_sync(db, &Bench_schema)) return orm_perror("arena");
    for (int done = 0; done < MOST; done += AT_ONCE) {
        next_users(from, done + 1, AT_ONCE, &seed);
        for (int i = 0; i < AT_ONCE; i++) {
            rows[i] = User_defaults();
            rows[i].name = from[i].name;
            rows[i].email = from[i].email;
            rows[i].role = from[i].role;
            rows[i].created_at = from[i].created_at;
        }
        if (User_create_all(db, rows, AT_ONCE, &(orm_create_options){ .no_keys = true })) return orm_perror("arena");
    }
    for (int64_t n = 100; n <= MOST; n *= 10) {
        orm_free(User_find_all(db, &(User_query){ .limit = n }));
        size_t before = memory.live_bytes, used = 0;
        User *list = User_find_all(db, &(User_query){ .limit = n });
        if (!list) return orm_perror("arena");
        size_t reserved = memory.live_bytes - before;
        for (size_t i = 0; i < orm_len(list); i++) used += sizeof *list + strlen(list[i].name) + strlen(list[i].email) + strlen(list[i].role) + 3;
        printf("          %14lld %12zu %12zu %6.1f %%\n", (long long)n, used, reserved, 100 * (1 - (double)used / (double)reserved));
        orm_free(list);
    }
    orm_close(db);
    return 0;
}
