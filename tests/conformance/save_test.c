/* Saving and destroying single rows: which columns are written, what a row's past decides, and rows that are gone. */
#include "open.h"

/* the statements that a save sent, by the log hook */
#define SENDS(call, ...) do {                                                     \
        static const char *const wanted[] = { __VA_ARGS__ "" };                   \
        seen_clear();                                                             \
        check_ok(__FILE__, __LINE__, #call, (call));                              \
        check_int(__FILE__, __LINE__, "statements of " #call, seen.n, sizeof wanted / sizeof wanted[0] - 1); \
        for (size_t i_ = 0; i_ + 1 < sizeof wanted / sizeof wanted[0] && i_ < seen.n; i_++) check_text(__FILE__, __LINE__, #call, seen.sql[i_], wanted[i_]); \
    } while (0)
#define SENDS_NOTHING(call) SENDS(call, )

ON_EACH(a_fresh_row_is_created_and_then_updated)
{
    ORM_NEW(Seat, seat, .row = "A", .number = 1);
    SENDS(Seat_save(db, &seat), "insert into \"seats\" (\"row\", \"number\", \"taken_by\") values (?1, ?2, ?3)",);
    seat.taken_by = "Ada";
    SENDS(Seat_save(db, &seat), "update \"seats\" as t0 set \"taken_by\" = ?1 where t0.\"row\" = ?2 and t0.\"number\" = ?3",);
    ORM_AUTO Seat *back = Seat_find(db, (Seat_key){ "A", 1 });
    REQUIRE(back);
    CHECK_TEXT(back->taken_by, "Ada");
}

ON_EACH(what_changed_is_written_where_a_snapshot_is_kept)
{
    User users[3];
    make_users(db, users, 3);
    ORM_AUTO User *u = User_find(db, 2);
    REQUIRE(u);
    SENDS_NOTHING(User_save(db, u));
    orm_time before = orm_now();
    u->age = orm_int32(50);
    SENDS(User_save(db, u), "update \"users\" as t0 set \"age\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    CHECK(u->updated_at >= before);
    SENDS_NOTHING(User_save(db, u));
    u->age = orm_int32(21);                         /* back to what was read first: a change all the same */
    u->name = "renamed";
    SENDS(User_save(db, u), "update \"users\" as t0 set \"name\" = ?1, \"age\" = ?2, \"updated_at\" = ?3 where t0.\"id\" = ?4",);
    u->age = (orm_opt_int32){ 0 };
    u->password = "secret";
    SENDS(User_save(db, u), "update \"users\" as t0 set \"age\" = ?1, \"password\" = ?2, \"updated_at\" = ?3 where t0.\"id\" = ?4",);
    SENDS_NOTHING(User_save(db, u));
    char same[] = "renamed";
    u->name = same;                                 /* another pointer, the same text */
    SENDS_NOTHING(User_save(db, u));
    memcpy(same, "RENAMED", 7);                     /* the snapshot has its own copy */
    SENDS(User_save(db, u), "update \"users\" as t0 set \"name\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    ORM_AUTO User *back = User_find_one(db, &(User_query){ .where = orm_eq(User_.id, 2), .with_secrets = true });
    REQUIRE(back);
    CHECK_TEXT(back->name, "RENAMED");
    CHECK_TEXT(back->password, "secret");
    CHECK(!back->age.set);
    CHECK_INT(back->created_at, users[1].created_at);
    CHECK_INT(back->updated_at, u->updated_at);
}

ON_EACH(lists_keep_snapshots_when_they_track)
{
    User users[3];
    make_users(db, users, 3);
    ORM_AUTO User *tracked = User_find_all(db, &(User_query){ .track = true, .order = { orm_asc(User_.id) } });
    REQUIRE(tracked && orm_len(tracked) == 3);
    SENDS_NOTHING(User_save(db, &tracked[0]));
    tracked[2].name = "third";
    SENDS(User_save(db, &tracked[2]), "update \"users\" as t0 set \"name\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    SENDS_NOTHING(User_save(db, &tracked[2]));
    SENDS_NOTHING(User_save(db, &tracked[1]));
    ORM_AUTO User *plain = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) } });
    REQUIRE(plain);
    plain[1].name = "second";
    SENDS(User_save(db, &plain[1]), "update \"users\" as t0 set \"name\" = ?1, \"email\" = ?2, \"role\" = ?3, \"age\" = ?4, \"boss_id\" = ?5, "
          "\"updated_at\" = ?6 where t0.\"id\" = ?7",);
    ORM_AUTO User *all = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) } });
    REQUIRE(all);
    CHECK_TEXT(all[0].name, "u1");
    CHECK_TEXT(all[1].name, "second");
    CHECK_TEXT(all[2].name, "third");
}

ON_EACH(members_that_were_not_selected_are_never_written)
{
    User users[2];
    make_users(db, users, 2);
    ORM_AUTO User *list = User_find_all(db, &(User_query){ .select = { .name = 1 }, .order = { orm_asc(User_.id) } });
    REQUIRE(list);
    list[0].name = "listed";
    SENDS(User_save(db, &list[0]), "update \"users\" as t0 set \"name\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    REFUSED(db, User_save_only(db, &list[0], (User_mask){ .email = 1 }), ORM_MISUSE);
    ORM_AUTO User *one = User_find_one(db, &(User_query){ .select = { .name = 1, .age = 1 }, .where = orm_eq(User_.id, 2) });
    REQUIRE(one);
    SENDS_NOTHING(User_save(db, one));
    one->age = orm_int32(1);
    SENDS(User_save(db, one), "update \"users\" as t0 set \"age\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    one->email = "not@loaded.example";              /* a change that cannot be told from "not loaded" is not lost in silence */
    REFUSED(db, User_save(db, one), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "email");
    ORM_AUTO User *all = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) } });
    REQUIRE(all);
    CHECK_TEXT(all[0].name, "listed");
    CHECK_TEXT(all[0].email, "u1@example.com");
    CHECK(all[0].age.set);
    CHECK_TEXT(all[1].name, "u2");
    CHECK_TEXT(all[1].email, "u2@example.com");
}

ON_EACH(save_only_writes_the_named_fields)
{
    User users[1];
    make_users(db, users, 1);
    ORM_AUTO User *u = User_find(db, 1);
    REQUIRE(u);
    u->name = "changed";
    u->age = orm_int32(99);
    SENDS(User_save_only(db, u, (User_mask){ .age = 1 }), "update \"users\" as t0 set \"age\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    ORM_AUTO User *back = User_find(db, 1);
    REQUIRE(back);
    CHECK_TEXT(back->name, "u1");
    CHECK_INT(back->age.value, 99);
    SENDS(User_save(db, u), "update \"users\" as t0 set \"name\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    users[0].name = "of the created row";
    SENDS(User_save_only(db, &users[0], (User_mask){ .name = 1 }), "update \"users\" as t0 set \"name\" = ?1, \"updated_at\" = ?2 where t0.\"id\" = ?3",);
    REFUSED(db, User_save_only(db, u, (User_mask){ .id = 1 }), ORM_MISUSE);
    REFUSED(db, User_save_only(db, u, (User_mask){ .id = 0 }), ORM_MISUSE);
    ORM_NEW(User, fresh, .name = "F", .email = "f@example.com");
    REFUSED(db, User_save_only(db, &fresh, (User_mask){ .name = 1 }), ORM_MISUSE);
}

ON_EACH(a_save_is_validated_and_a_refused_one_changes_nothing)
{
    User users[2];
    make_users(db, users, 2);
    ORM_AUTO User *u = User_find(db, 1);
    REQUIRE(u);
    u->name = "";
    u->age = orm_int32(-1);
    REFUSED(db, User_save(db, u), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.count, 2);
    u->name = NULL;
    REFUSED(db, User_save(db, u), ORM_VALIDATION);
    CHECK_TEXT(orm_error()->failures.item[0].rule, "required");
    u->name = "u1";
    u->age = orm_int32(20);
    u->email = "u2@example.com";
    CHECK_INT(User_save(db, u), ORM_UNIQUE);
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    ORM_AUTO User *back = User_find(db, 1);
    REQUIRE(back);
    CHECK_TEXT(back->email, "u1@example.com");
    u->email = "u1@example.com";
    SENDS_NOTHING(User_save(db, u));                /* the snapshot is that of the database still */
}

ON_EACH(keys_and_immutable_members_do_not_change)
{
    User users[1];
    make_users(db, users, 1);
    ORM_AUTO User *u = User_find(db, 1);
    REQUIRE(u);
    u->id = 2;
    REFUSED(db, User_save(db, u), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "id");
    ORM_NEW(Ware, saw, .sku = "S1", .slug = "saw");
    OK(Ware_create(db, &saw));
    ORM_AUTO Ware *ware = Ware_find(db, "S1");
    REQUIRE(ware);
    ware->origin = "fr";
    REFUSED(db, Ware_save(db, ware), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "origin");
    REFUSED(db, Ware_save_only(db, ware, (Ware_mask){ .origin = 1 }), ORM_MISUSE);
    saw.kind = "toy";
    OK(Ware_save(db, &saw));
    ORM_AUTO Ware *list = Ware_find_all(db, NULL);
    REQUIRE(list);
    list[0].weight = 5;
    OK(Ware_save(db, &list[0]));
    ORM_AUTO Ware *back = Ware_find(db, "S1");
    REQUIRE(back);
    CHECK_TEXT(back->origin, "de");
    CHECK_TEXT(back->kind, "toy");
    CHECK_INT(back->weight, 5);
}

ON_EACH(a_row_that_is_gone_is_stale)
{
    User users[3];
    make_users(db, users, 3);
    ORM_AUTO User *u = User_find(db, 1);
    REQUIRE(u);
    OK(User_destroy(db, u));
    CHECK(User_find(db, 1) == NULL);
    CHECK_INT(User_destroy(db, u), ORM_STALE);
    u->name = "late";
    CHECK_INT(User_save(db, u), ORM_STALE);
    CHECK_INT(User_destroy(db, &users[0]), ORM_STALE);
    users[0].name = "late";
    CHECK_INT(User_save(db, &users[0]), ORM_STALE);
    CHECK_INT(User_destroy_by_key(db, 1), ORM_STALE);
    CHECK_INT(User_destroy_by_key(db, 77), ORM_STALE);
    OK(User_destroy_by_key(db, 2));
    OK(User_destroy(db, &users[2]));
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
    ORM_NEW(User, fresh, .name = "F", .email = "f@example.com");
    REFUSED(db, User_destroy(db, &fresh), ORM_MISUSE);
    REFUSED(db, User_destroy(db, NULL), ORM_MISUSE);
    REFUSED(db, User_save(db, NULL), ORM_MISUSE);
    User bare = { .id = 2, .name = "bare" };
    REFUSED(db, User_save(db, &bare), ORM_MISUSE);
    REFUSED(db, User_destroy(db, &bare), ORM_MISUSE);
}

ON_EACH(destroying_follows_the_foreign_keys)
{
    User users[2];
    make_users(db, users, 2);
    ORM_NEW(Post, post, .title = "x", .author_id = 1, .editor_id = orm_int64(2));
    OK(Post_create(db, &post));
    ORM_NEW(Ware, saw, .sku = "S1", .slug = "saw", .seller_id = orm_int64(1));
    OK(Ware_create(db, &saw));
    OK(User_destroy_by_key(db, 2));
    ORM_AUTO Post *edited = Post_find(db, post.id);
    REQUIRE(edited);
    CHECK(!edited->editor_id.set);
    CHECK_INT(User_destroy_by_key(db, 1), ORM_FOREIGN_KEY);
    OK(Ware_destroy(db, &saw));
    OK(User_destroy_by_key(db, 1));
    CHECK(Post_find(db, post.id) == NULL);
}

ON_EACH(composite_and_other_keys_are_saved_and_destroyed)
{
    ORM_NEW(Seat, a, .row = "A", .number = 1);
    ORM_NEW(Seat, b, .row = "A", .number = 2);
    OK(Seat_create(db, &a));
    OK(Seat_create(db, &b));
    ORM_AUTO Seat *s = Seat_find(db, (Seat_key){ "A", 2 });
    REQUIRE(s);
    s->taken_by = "Bob";
    OK(Seat_save(db, s));
    CHECK_INT(COUNT(Seat, db, .where = orm_eq(Seat_.taken_by, "Bob")), 1);
    OK(Seat_destroy_by_key(db, (Seat_key){ "A", 1 }));
    CHECK_INT(Seat_destroy_by_key(db, (Seat_key){ "A", 1 }), ORM_STALE);
    OK(Seat_destroy(db, s));
    CHECK_INT(COUNT(Seat, db, .limit = 0), 0);
    orm_blob bytes = { "\0\1", 2 };
    ORM_NEW(ByBlob, blob, .id = bytes, .line = "x");
    ORM_NEW(ByEnum, label, .id = Role_editor, .line = "x");
    ORM_NEW(ByLong, decimal_, .id = orm_decimal_of("-0.000001"), .line = "x");
    ORM_NEW(ByUuid, uuid_, .id = orm_uuid_v7(), .line = "x");
    OK(ByBlob_save(db, &blob));
    OK(ByEnum_save(db, &label));
    OK(ByLong_save(db, &decimal_));
    OK(ByUuid_save(db, &uuid_));
    blob.line = label.line = decimal_.line = uuid_.line = "y";
    OK(ByBlob_save(db, &blob));
    OK(ByEnum_save(db, &label));
    OK(ByLong_save(db, &decimal_));
    OK(ByUuid_save(db, &uuid_));
    CHECK_INT(COUNT(ByBlob, db, .where = orm_eq(ByBlob_.line, "y")), 1);
    CHECK_INT(COUNT(ByEnum, db, .where = orm_eq(ByEnum_.line, "y")), 1);
    CHECK_INT(COUNT(ByLong, db, .where = orm_eq(ByLong_.line, "y")), 1);
    CHECK_INT(COUNT(ByUuid, db, .where = orm_eq(ByUuid_.line, "y")), 1);
    OK(ByBlob_destroy(db, &blob));
    OK(ByEnum_destroy(db, &label));
    OK(ByLong_destroy(db, &decimal_));
    OK(ByUuid_destroy(db, &uuid_));
}

ON_EACH(after_a_rollback_a_save_sends_all_that_was_loaded)
{
    User users[1];
    make_users(db, users, 1);
    ORM_AUTO User *u = User_find(db, 1);
    REQUIRE(u);
    u->name = "inside";
    ORM_TRANSACTION(db) {
        OK(User_save(db, u));
        break;
    }
    ORM_AUTO User *now = User_find(db, 1);
    REQUIRE(now);
    CHECK_TEXT(now->name, "u1");
    OK(User_save(db, u));
    ORM_AUTO User *again = User_find(db, 1);
    REQUIRE(again);
    CHECK_TEXT(again->name, "inside");
}

ON_EACH(a_copied_row_saves_like_the_one_it_was_copied_from)
{
    User users[2];
    make_users(db, users, 2);
    ORM_AUTO User *rows = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) } });
    REQUIRE(rows);
    User by_value = rows[1];
    by_value.name = "by value";
    OK(User_save(db, &by_value));
    ORM_AUTO User *back = User_find(db, 2);
    REQUIRE(back);
    CHECK_TEXT(back->name, "by value");
    User one = *back;
    one.age = orm_int32(77);
    OK(User_save(db, &one));
    ORM_AUTO User *last = User_find(db, 2);
    REQUIRE(last);
    CHECK_INT(last->age.value, 77);
    CHECK_TEXT(last->name, "by value");
}

CHECK_MAIN()
