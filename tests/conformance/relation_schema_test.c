/* What relations mean for the tables: foreign keys of several columns, and counters that the database keeps whoever writes. */
#include "orm.h"
#include "helpers.h"

#define Club_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(name,       string(40))                                                     \
    X(members,    has_many(Member, club_id))                                      \
    X(size,       integer, counter_of(members))                                   \
    X(tags,       many_to_many(Tag, ClubTag, club_id, tag_id))                    \
    X(tag_total,  bigint, counter_of(tags))
ORM_MODEL(Club, clubs)
#define Member_FIELDS(X)                                                          \
    X(id,         serial)                                                         \
    X(name,       string(40))                                                     \
    X(club_id,    key(Club), nullable, on_delete(set_null))                       \
    X(boss_id,    key(Member), nullable, on_delete(cascade))
ORM_MODEL(Member, members)
#define Tag_FIELDS(X)     X(id, serial) X(name, string(40))
ORM_MODEL(Tag, tags)
#define ClubTag_FIELDS(X)                                                         \
    X(club_id,    key(Club), primary_key, on_delete(cascade))                     \
    X(tag_id,     key(Tag), primary_key, on_delete(cascade))
ORM_MODEL(ClubTag, club_tags)

/* keys of two columns, and a count by them */
#define Hall_FIELDS(X)                                                            \
    X(house,      string(10), primary_key)                                        \
    X(number,     integer, primary_key)                                           \
    X(seats,      has_many(Seat, (house, hall)))                                  \
    X(places,     integer, counter_of(seats))
ORM_MODEL(Hall, halls)
#define Seat_FIELDS(X)                                                            \
    X(id,         serial)                                                         \
    X(house,      string(10), nullable)                                           \
    X(hall,       integer, nullable)                                              \
    X(room,       belongs_to(Hall, (house, hall), on_delete(cascade)))
ORM_MODEL(Seat, seats)

#define Clubs_MODELS(X) X(Seat) X(Member) X(ClubTag) X(Club) X(Tag) X(Hall)       /* children first: the library finds the order */
ORM_SCHEMA(Clubs)
ORM_DEFINE(Clubs)

static const struct case_setup clubs = { &Clubs_schema, NULL, NULL, NULL };
#define ON_EACH(name)        ON_EACH_OF(name, clubs)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, clubs)

static Club club(orm_db *db, const char *name)
{
    ORM_NEW(Club, c, .name = name, .size = 99);
    OK(Club_create(db, &c));
    return c;
}
static int size_of(orm_db *db, const Club *c)
{
    ORM_AUTO Club *read = Club_find(db, c->id);
    return read ? read->size : -1;
}
static void join(orm_db *db, const Club *c, Member *members, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        members[i] = Member_defaults();
        members[i].name = "m";
        if (c) members[i].club_id = orm_int64(c->id);
    }
    OK(Member_create_all(db, members, n, NULL));
}

ON_EACH(a_counter_is_right_whoever_writes)
{
    static Member members[1000], more[300];
    Club a = club(db, "a"), b = club(db, "b");
    CHECK_INT(a.size, 0);                           /* what the program says of it is not written */
    CHECK_INT(size_of(db, &a), 0);
    join(db, &a, members, 1000);
    CHECK_INT(size_of(db, &a), 1000);
    join(db, NULL, more, 300);
    CHECK_INT(size_of(db, &a), 1000);
    for (size_t i = 0; i < 300; i++) {
        more[i] = Member_defaults();
        more[i].name = "m";
        more[i].club_id = orm_int64(b.id);
    }
    OK(Member_create_all(db, more, 300, &(orm_create_options){ .no_keys = true }));
    CHECK_INT(size_of(db, &b), 300);
    OK(Member_destroy(db, &members[0]));
    OK(Member_update(db, &(Member_change){ .set = { orm_set(Member_.club_id, b.id) }, .where = orm_lt(Member_.id, members[11].id) }, NULL));
    CHECK_INT(size_of(db, &a), 989);
    CHECK_INT(size_of(db, &b), 310);
    OK(Member_update(db, &(Member_change){ .set = { orm_set(Member_.name, "same") }, .all = true }, NULL));
    OK(Member_update(db, &(Member_change){ .set = { orm_set_null(Member_.club_id) }, .where = orm_eq(Member_.club_id, b.id) }, NULL));
    CHECK_INT(size_of(db, &b), 0);
    OK(orm_exec(db, NULL, "delete from members where club_id is null", orm_no_params));
    OK(orm_exec(db, NULL, "insert into members (name, club_id) values ('by hand', 2)", orm_no_params));
    CHECK_INT(size_of(db, &b), 1);
    OK(Member_destroy_all(db, &(Member_query){ .where = orm_gt(Member_.id, members[500].id) }, NULL));
    CHECK_INT(size_of(db, &a), COUNT(Member, db, .where = orm_eq(Member_.club_id, a.id)));
    CHECK_INT(size_of(db, &b), 0);
    OK(Club_destroy(db, &a));
    CHECK_INT(COUNT(Member, db, .where = orm_is_not_null(Member_.club_id)), 0);
}

ON_EACH(cascades_and_rollbacks_count)
{
    Member members[10];
    Club a = club(db, "a");
    join(db, &a, members, 10);
    OK(Member_update(db, &(Member_change){ .set = { orm_set(Member_.boss_id, members[0].id) }, .where = orm_gt(Member_.id, members[4].id) }, NULL));
    OK(Member_destroy(db, &members[0]));             /* and the five below */
    CHECK_INT(size_of(db, &a), 4);
    ORM_TRANSACTION(db) {
        OK(Member_destroy(db, &members[1]));
        ORM_TRANSACTION(db) {
            OK(Member_destroy(db, &members[2]));
            break;
        }
        orm_handled(db);
        break;
    }
    CHECK_INT(size_of(db, &a), 4);
}

ON_EACH(links_count)
{
    Club a = club(db, "a");
    Tag tags[3] = { Tag_defaults(), Tag_defaults(), Tag_defaults() };
    for (int i = 0; i < 3; i++) tags[i].name = "t";
    OK(orm_add(db, &a, Club_.tags, tags, 3));
    OK(orm_remove(db, &a, Club_.tags, tags, 1));
    OK(Tag_destroy(db, &tags[1]));
    ORM_AUTO Club *read = Club_find(db, a.id);
    REQUIRE(read);
    CHECK_INT(read->tag_total, 1);
}

ON_EACH(a_counter_is_not_the_programs_to_write)
{
    Member members[3];
    Club a = club(db, "a");
    ORM_AUTO Club *all = Club_find_all(db, NULL);
    ORM_AUTO Club *one = Club_find(db, a.id);
    REQUIRE(all && one);
    join(db, &a, members, 3);
    all[0].name = "renamed";
    OK(Club_save(db, &all[0]));                      /* all that was loaded, but for the counter */
    one->size = 50;
    one->name = "again";
    OK(Club_save(db, one));
    CHECK_INT(size_of(db, &a), 3);
    REFUSED(db, Club_save_only(db, one, (Club_mask){ .size = 1 }), ORM_MISUSE);
    REFUSED(db, Club_update(db, &(Club_change){ .set = { orm_set(Club_.size, 1) }, .all = true }, NULL), ORM_MISUSE);
    ORM_AUTO Club *sorted = Club_find_all(db, &(Club_query){ .where = orm_gt(Club_.size, 2), .order = { orm_desc(Club_.size) } });
    CHECK_INT(orm_len(sorted), 1);
}

ON_EACH(syncing_again_finds_no_difference_and_mends_a_counter)
{
    Member members[2];
    Club a = club(db, "a");
    join(db, &a, members, 2);
    OK(orm_sync(db, &Clubs_schema));
    CHECK_INT(size_of(db, &a), 2);
    OK(orm_exec(db, NULL, "update clubs set size = 77", orm_no_params));
    OK(orm_sync(db, &Clubs_schema));
    CHECK_INT(size_of(db, &a), 77);                  /* nothing is missing, so nothing is done */
    char *sql = orm_schema_sql(db, &Clubs_schema);
    REQUIRE(sql);
    CHECK_CONTAINS(sql, "trigger");
    CHECK_CONTAINS(sql, "foreign key (\"house\", \"hall\") references \"halls\" (\"house\", \"number\") on delete cascade");
    orm_free_text(sql);
}

ON_EACH(keys_of_two_columns_are_kept_by_the_database)
{
    Hall halls[2] = { Hall_defaults(), Hall_defaults() };
    halls[0].house = halls[1].house = "red";
    halls[0].number = 1;
    halls[1].number = 2;
    OK(Hall_create_all(db, halls, 2, NULL));
    Seat seats[3] = { Seat_defaults(), Seat_defaults(), Seat_defaults() };
    OK(orm_add(db, &halls[0], Hall_.seats, seats, 3));
    ORM_NEW(Seat, lost, .house = "blue", .hall = orm_int32(1));
    CHECK_INT(Seat_create(db, &lost), ORM_FOREIGN_KEY);
    ORM_NEW(Seat, half, .house = "blue");             /* a key that is not whole refers to nothing */
    OK(Seat_create(db, &half));
    OK(orm_add(db, &halls[1], Hall_.seats, seats, 1));
    ORM_AUTO Hall *read = Hall_find_all(db, &(Hall_query){ .order = { orm_asc(Hall_.number) } });
    REQUIRE(read && orm_len(read) == 2);
    CHECK_INT(read[0].places, 2);
    CHECK_INT(read[1].places, 1);
    OK(Hall_destroy(db, &halls[0]));
    CHECK_INT(COUNT(Seat, db, .limit = 0), 2);
}

ON_EACH_SHARED(two_handles_count_together)
{
    Club a = club(db, "a");
    orm_db *other = case_open(.busy_timeout_ms = 2000);
    REQUIRE(other);
    for (int i = 0; i < 20; i++) {
        ORM_NEW(Member, m, .name = "m", .club_id = orm_int64(a.id));
        OK(Member_create(i % 2 ? db : other, &m));
    }
    CHECK_INT(size_of(db, &a), 20);
    orm_close(other);
}

ON_EACH(a_row_that_is_replaced_counts_once)
{
    Member member[1];
    Club a = club(db, "a"), b = club(db, "b");
    join(db, &a, member, 1);
    if (case_engine == ON_POSTGRES) OK(orm_exec(db, NULL, "insert into members (id, name, club_id) values (1, 'again', 1) on conflict (id) do update set club_id = excluded.club_id", orm_no_params));
    else OK(orm_exec(db, NULL, "insert or replace into members (id, name, club_id) values (1, 'again', 1)", orm_no_params));
    CHECK_INT(size_of(db, &a), 1);
    if (case_engine == ON_POSTGRES) OK(orm_exec(db, NULL, "insert into members (id, name, club_id) values (1, 'moved', 2) on conflict (id) do update set club_id = excluded.club_id", orm_no_params));
    else OK(orm_exec(db, NULL, "replace into members (id, name, club_id) values (1, 'moved', 2)", orm_no_params));
    CHECK_INT(size_of(db, &a), 0);
    CHECK_INT(size_of(db, &b), 1);
}

ON_EACH(a_counter_goes_with_a_key_that_changes)
{
    OK(orm_exec(db, NULL, "insert into halls (house, number) values ('red', 1), ('red', 2)", orm_no_params));
    OK(orm_exec(db, NULL, "insert into seats (house, hall) values ('red', 1), ('red', 1), ('red', null), ('red', 2)", orm_no_params));
    OK(orm_exec(db, NULL, "update seats set hall = 2 where id = 1", orm_no_params));
    ORM_AUTO Hall *halls = Hall_find_all(db, &(Hall_query){ .order = { orm_asc(Hall_.number) } });
    REQUIRE(halls && orm_len(halls) == 2);
    CHECK_INT(halls[0].places, 1);
    CHECK_INT(halls[1].places, 2);
}

ON_EACH(a_trigger_that_is_gone_is_made_again_and_the_number_set_right)
{
    Member members[2];
    orm_arena memory = { 0 };
    const char *name = NULL;
    Club a = club(db, "a");
    if (case_engine == ON_POSTGRES) OK(orm_scalar_text(db, &memory, &name, "select tgname::text from pg_trigger where tgname like 'orm_clubs_size_insert%' and tgrelid = 'members'::regclass", NULL, 0));
    else OK(orm_scalar_text(db, &memory, &name, "select name from sqlite_master where type = 'trigger' and name like 'orm_clubs_size_insert%'", NULL, 0));
    REQUIRE(name);
    OK(orm__exec(db, orm_format(&memory, case_engine == ON_POSTGRES ? "drop trigger %s on members" : "drop trigger %s", name), 0, NULL, NULL, NULL));
    join(db, &a, members, 2);
    CHECK_INT(size_of(db, &a), 0);
    OK(orm_sync(db, &Clubs_schema));
    CHECK_INT(size_of(db, &a), 2);
    ORM_NEW(Member, third, .name = "m", .club_id = orm_int64(a.id));
    OK(Member_create(db, &third));
    CHECK_INT(size_of(db, &a), 3);
    orm_arena_release(&memory);
}

CHECK_MAIN()
