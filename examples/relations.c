/* Relations: rows that belong to others, written and read together; what is not loaded is not there; and a loop of queries that is caught.

       cc examples/relations.c -I. -lsqlite3 -o relations && ./relations [URL]
       cc -DWITH_POSTGRES examples/relations.c -I. -I$(pg_config --includedir) -lsqlite3 -lpq -o relations && ./relations "postgres://me@localhost/test" */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "dialects/sqlite.h"
#ifdef WITH_POSTGRES
#  include "dialects/postgres.h"
#endif
#include <stdio.h>

/* An artist has albums, an album has genres and a genre has albums. The order of the models does not matter. */
#define Artist_FIELDS(X)                                                            \
    X(id,          serial)                                                          \
    X(name,        string(80), unique, not_empty)                                   \
    X(albums,      has_many(Album, artist_id, order(orm_asc(Album_.year))))         \
    X(album_count, count_of(albums))             /* no column: counted when asked for */
ORM_MODEL(Artist, artists)

#define Album_FIELDS(X)                                                             \
    X(id,          serial)                                                          \
    X(title,       string(80), not_empty)                                           \
    X(year,        integer)                                                         \
    X(artist_id,   key(Artist), on_delete(restrict), indexed)                       \
    X(artist,      belongs_to(Artist, artist_id))                                   \
    X(genres,      many_to_many(Genre, AlbumGenre, album_id, genre_id, order(orm_asc(Genre_.name))))
ORM_MODEL(Album, albums)

#define Genre_FIELDS(X)                                                             \
    X(id,          serial)                                                          \
    X(name,        string(40), unique)                                              \
    X(albums,      many_to_many(Album, AlbumGenre, genre_id, album_id))
ORM_MODEL(Genre, genres)

#define AlbumGenre_FIELDS(X)                                                        \
    X(album_id,    key(Album), primary_key, on_delete(cascade))                     \
    X(genre_id,    key(Genre), primary_key, on_delete(cascade), indexed)
ORM_MODEL(AlbumGenre, album_genres)

#define Music_MODELS(X) X(Artist) X(Album) X(Genre) X(AlbumGenre)
ORM_SCHEMA(Music)
ORM_DEFINE(Music)

static void show_refusal(const char *what) { printf("%s: %s: %s\n", what, orm_status_name(orm_error()->kind), orm_error()->failures.item[0].message); }

/* A graph is built in an arena and created by one call: parents first, keys filled in, all or nothing. */
static orm_status fill(orm_db *db)
{
    if (Album_destroy_all(db, &(Album_query){ .all = true }, NULL) || Artist_destroy_all(db, &(Artist_query){ .all = true }, NULL)
        || Genre_destroy_all(db, &(Genre_query){ .all = true }, NULL)) return orm_error()->kind;
    ORM_NEW(Genre, jazz, .name = "jazz");
    ORM_NEW(Genre, soul, .name = "soul");
    if (Genre_create(db, &jazz) || Genre_create(db, &soul)) return orm_error()->kind;
    orm_arena arena = { 0 };
    Artist *artists = Artist_list(&arena, 2);
    if (artists) {
        artists[0].name = "Miles Davis";
        artists[0].albums = Album_list(&arena, 2);
        artists[1].name = "Nina Simone";
        artists[1].albums = Album_list(&arena, 1);
    }
    if (!artists || !artists[0].albums || !artists[1].albums) return orm_arena_release(&arena), ORM_NO_MEMORY;
    artists[0].albums[0].title = "Bitches Brew"; artists[0].albums[0].year = 1970;
    artists[0].albums[1].title = "Kind of Blue"; artists[0].albums[1].year = 1959;
    artists[1].albums[0].title = "Pastel Blues"; artists[1].albums[0].year = 1965;
    orm_status status = Artist_create_graph(db, &artists[0]);
    if (!status) status = Artist_create_graph(db, &artists[1]);
    for (size_t i = 0; i < 2 && !status; i++) status = orm_add(db, &artists[0].albums[i], Album_.genres, &jazz, 1);
    Genre both[] = { jazz, soul };
    if (!status) status = orm_add(db, &artists[1].albums[0], Album_.genres, both, 2);
    orm_arena_release(&arena);
    return status;
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Music_schema) || fill(db)) return orm_perror("music");

    /* What a query includes comes with it: here three statements, whatever the number of artists. */
    Artist *artists = Artist_find_all(db, &(Artist_query){
        .include = { orm_with(Artist_.albums, .include = { orm_with(Album_.genres) }), orm_count_of(Artist_.album_count) },
        .order   = { orm_desc(Artist_.album_count), orm_asc(Artist_.name) } });
    if (!artists) return orm_perror("artists");
    for (size_t i = 0; i < orm_len(artists); i++) {
        printf("%s, %d\n", artists[i].name, (int)artists[i].album_count);
        for (const Album *a = artists[i].albums; a < artists[i].albums + orm_len(artists[i].albums); a++) {
            printf("    %d %s:", (int)a->year, a->title);
            for (size_t k = 0; k < orm_len(a->genres); k++) printf(" %s", a->genres[k].name);
            puts("");
        }
    }
    orm_free(artists);                                           /* the whole graph */

    /* Conditions on related rows: EXISTS, so no row comes twice. A row on the other side is joined. */
    ORM_AUTO Album *soulful = Album_find_all(db, &(Album_query){
        .where = orm_has(Album_.genres, orm_eq(Genre_.name, "soul")), .include = { orm_with(Album_.artist) } });
    if (!soulful || !orm_len(soulful)) return orm_perror("soul");
    printf("soul: %s by %s\n", soulful[0].title, soulful[0].artist->name);

    /* What was not loaded is NULL, and nothing loads behind your back. It may be loaded later, for a whole list by one statement. */
    ORM_AUTO Album *albums = Album_find_all(db, &(Album_query){ .order = { orm_asc(Album_.year) } });
    if (!albums || !orm_len(albums)) return orm_perror("albums");
    printf("the artist of %s is loaded: %s", albums[0].title, orm_loaded(&albums[0], Album_.artist) ? "yes" : "no");
    if (orm_load(db, albums, Album_.artist)) return orm_perror("load");
    printf(", and now: %s\n", albums[0].artist ? albums[0].artist->name : "nobody");

    /* When it goes wrong: a parent that is not there, one that is still needed ... */
    ORM_NEW(Album, orphan, .title = "Nobody's", .year = 2000, .artist_id = 999999999);
    if (Album_create(db, &orphan)) show_refusal("an album of nobody");
    if (Artist_destroy_by_key(db, albums[0].artist_id)) printf("an artist with albums: %s\n", orm_status_name(orm_error()->kind));
    /* ... one that was forgotten, which is found before anything is sent ... */
    ORM_NEW(Album, forgotten, .title = "Untitled", .year = 2001);
    if (Album_create(db, &forgotten)) show_refusal("an album without an artist");
    /* ... and a query for each row of a list. The budget counts statements, and the message names them and where they were called. */
    ORM_BUDGET(db, 2) {
        for (size_t i = 0; i < orm_len(albums) && !orm_failed(); i++) orm_free(Artist_find(db, albums[i].artist_id));
    }
    if (orm_failed()) printf("a query in a loop: %s\n", orm_status_name(orm_error()->kind));
    orm_close(db);
    return 0;
}
