/* Reads the history of a git repository into a database and answers questions about it.
   cc gitlog.c -lsqlite3 && ./a.out [repository [database-url]] */
#define ORM_IMPLEMENTATION
#include "../orm.h"
#include "../dialects/sqlite.h"
#include <string.h>
#include <sys/wait.h>

#define Author_FIELDS(X)                                                                  \
    X(id,       serial)                                                                   \
    X(email,    string(320), unique, not_empty)                                           \
    X(name,     string(200))                                                              \
    X(commits,  has_many(Commit, author_id))
ORM_MODEL(Author, authors)

#define Commit_FIELDS(X)                                                                  \
    X(hash,      char(40), primary_key, matches("^[0-9a-f]{40}$"))                        \
    X(author_id, key(Author), indexed)                                                    \
    X(made_at,   timestamp, indexed)                                                      \
    X(subject,   text)                                                                    \
    X(author,    belongs_to(Author, author_id))                                           \
    X(changes,   has_many(Change, commit_hash))
ORM_MODEL(Commit, commits)

#define File_FIELDS(X)                                                                    \
    X(id,      serial)                                                                    \
    X(path,    text, unique)                                                              \
    X(changes, has_many(Change, file_id))
ORM_MODEL(File, files)

#define Change_FIELDS(X)                                                                  \
    X(commit_hash, char(40), primary_key, references(Commit, hash), on_delete(cascade))   \
    X(file_id,     bigint, primary_key, references(File, id), indexed)                    \
    X(added,       integer, nullable, at_least(0))        /* NULL for binary files */     \
    X(removed,     integer, nullable, at_least(0))                                        \
    X(of,          belongs_to(Commit, commit_hash))                                       \
    X(file,        belongs_to(File, file_id))
ORM_MODEL(Change, changes)

#define History_MODELS(X) X(Author) X(Commit) X(File) X(Change)
ORM_SCHEMA(History)
ORM_DEFINE(History)

/* runs git without a shell; its output is read from the stream */
static FILE *git_log(const char *repository, pid_t *pid)
{
    int ends[2];
    if (pipe(ends)) return NULL;
    *pid = fork();
    if (*pid == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execlp("git", "git", "-C", repository, "-c", "core.quotePath=false", "log", "--no-renames", "--numstat", "--format=%x01%H%x02%aE%x02%aN%x02%at%x02%s", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return *pid < 0 ? NULL : fdopen(ends[0], "r");
}

/* the n-th part of "a\2b\2c", cut out of the line */
static char *part(char **line)
{
    char *begin = *line, *end = strchr(begin, 2);
    if (end) *end++ = 0;
    *line = end ? end : begin + strlen(begin);
    return begin;
}

static int64_t author_of(orm_db *db, const char *email, const char *name)
{
    ORM_AUTO Author *known = Author_find_by_email(db, email);
    if (known) return known->id;
    if (orm_failed()) return 0;
    ORM_NEW(Author, author, .email = email, .name = name);
    return Author_create(db, &author) ? 0 : author.id;
}

static int64_t file_of(orm_db *db, const char *path)
{
    ORM_AUTO File *known = File_find_by_path(db, path);
    if (known) return known->id;
    if (orm_failed()) return 0;
    ORM_NEW(File, file, .path = path);
    return File_create(db, &file) ? 0 : file.id;
}

/* "12\t3\tsrc/orm.h": numbers or '-' */
static orm_opt_int32 count_of(char **line)
{
    char *end;
    long n = strtol(*line, &end, 10);
    orm_opt_int32 count = end == *line ? (orm_opt_int32){ 0, false } : orm_int32((int32_t)n);
    *line = strchr(*line, '\t');
    if (*line) ++*line;
    return count;
}

static void read_log(orm_db *db, FILE *log)
{
    char *line = NULL, *rest, hash[41] = "";
    size_t size = 0;
    ORM_TRANSACTION(db) {
        while (getline(&line, &size, log) > 0 && !orm_failed()) {
            line[strcspn(line, "\n")] = 0;
            rest = line;
            if (*rest == 1) {                                   /* a commit */
                rest++;
                snprintf(hash, sizeof hash, "%s", part(&rest));
                char *email = part(&rest), *name = part(&rest);
                ORM_NEW(Commit, commit, .hash = hash, .author_id = author_of(db, *email ? email : "unknown", name));
                commit.made_at = (orm_time)strtoll(part(&rest), NULL, 10) * 1000000;
                commit.subject = rest;
                Commit_create(db, &commit);
            } else if (*rest) {                                 /* a file that it changed */
                ORM_NEW(Change, change, .commit_hash = hash);
                change.added = count_of(&rest);
                if (rest) change.removed = count_of(&rest);
                if (!rest) continue;
                change.file_id = file_of(db, rest);
                Change_create(db, &change);
            }
        }
    }
    free(line);
}

static int fill(orm_db *db, const char *repository)
{
    pid_t pid;
    int outcome = 0;
    FILE *log = git_log(repository, &pid);
    if (!log) return perror("git"), 1;
    read_log(db, log);
    fclose(log);
    waitpid(pid, &outcome, 0);
    if (orm_failed()) return orm_perror("reading the log");
    if (outcome) fprintf(stderr, "gitlog: git could not read '%s'\n", repository);
    return outcome != 0;
}

static int ask(orm_db *db)
{
    int64_t commits, files, added, removed;
    char when[ORM_TIME_SIZE];
    if (Commit_count(db, NULL, &commits) || File_count(db, NULL, &files) ||
        orm_sum(db, Change_.added, &added, NULL) || orm_sum(db, Change_.removed, &removed, NULL)) return orm_perror("counting");
    printf("%lld commits touched %lld files: %lld lines added, %lld removed\n", (long long)commits, (long long)files, (long long)added, (long long)removed);

    puts("\nWho, and their last three commits:");
    ORM_AUTO Author *authors = Author_find_all(db, &(Author_query){
        .include = { orm_with(Author_.commits, .order = { orm_desc(Commit_.made_at) }, .limit = 3) },
        .order = { orm_asc(Author_.name) }, .limit = 10 });
    if (!authors) return orm_perror("authors");
    for (Author *a = authors; a < authors + orm_len(authors); a++) {
        if (Commit_count(db, &(Commit_query){ .where = orm_eq(Commit_.author_id, a->id) }, &commits)) return orm_perror("counting");
        printf("  %s, %lld commits\n", a->name, (long long)commits);
        for (size_t i = 0; i < orm_len(a->commits); i++)
            printf("    %.10s %.10s  %s\n", orm_time_text(a->commits[i].made_at, when), a->commits[i].hash, a->commits[i].subject);
    }

    puts("\nThe largest changes to one file, with commit, author and file joined in one statement:");
    ORM_AUTO Change *changes = Change_find_all(db, &(Change_query){
        .where = orm_is_not_null(Change_.added),
        .include = { orm_with(Change_.file), orm_with(Change_.of, .include = { orm_with(Commit_.author) }) },
        .order = { orm_desc(Change_.added) }, .limit = 5 });
    if (!changes) return orm_perror("changes");
    for (Change *c = changes; c < changes + orm_len(changes); c++)
        printf("  %6d lines  %-32s by %s: %s\n", c->added.value, c->file->path, c->of->author->name, c->of->subject);

    puts("\nHeaders that only one commit ever touched:");
    int once = 0;
    ORM_EACH(File, file, db, .where = orm_ends_with(File_.path, ".h")) {
        int64_t n;
        if (Change_count(db, &(Change_query){ .where = orm_eq(Change_.file_id, file->id) }, &n)) break;
        if (n == 1 && once++ < 5) printf("  %s\n", file->path);
    }
    if (orm_failed()) return orm_perror("files");
    printf("  (%d headers in all)\n", once);
    return 0;
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 2 ? argv[2] : "sqlite::memory:");
    if (!db || orm_sync(db, &History_schema)) return orm_close(db), orm_perror("gitlog");
    int failed = fill(db, argc > 1 ? argv[1] : ".") || ask(db);
    orm_close(db);
    return failed;
}
