/* test: own-server, no-asan, no-tsan, no-valgrind */
/* >>cut_test: connections that are cut at every boundary of the protocol's messages, and inside them. The answer of a call agrees with what
   the database holds, what was sent is never sent again, and the handle works on. */
#include "faults.h"
#include "proxy.h"

#define MARK "sent once only"

static const proxy_cut no_cut = { .message = 0 };

typedef struct scenario {
    void (*prepare)(orm_db *db);            /* before the counting begins, through the proxy; may be NULL */
    orm_status (*run)(orm_db *db);
    int64_t whole;                          /* rows that hold the mark after a success; else there are none */
    bool alone;                             /* outside of a transaction: a loss behind the mark leaves the outcome open */
} scenario;

static int64_t marked_rows(orm_db *direct)
{
    int64_t n = -1;
    OK(Entry_count(direct, &(Entry_query){ .where = orm_starts_with(Entry_.word, MARK) }, &n));
    return n;
}

/* runs the scenario on an empty table, and checks its answer */
static proxy_count run_cut(orm_db *direct, const scenario *s, proxy_cut cut, const proxy_count *uncut)
{
    OK(orm_exec(direct, NULL, "truncate entries", orm_no_params));
    orm_db *db = orm_open(proxy_url());
    CHECK(db != NULL);
    if (!db) return (proxy_count){ 0 };
    if (s->prepare) s->prepare(db);
    proxy_arm(cut, MARK);
    orm_status answer = s->run(db);
    proxy_count seen = proxy_counts();
    proxy_arm(no_cut, NULL);
    int64_t any = -1;
    orm_status next = Entry_count(db, NULL, &any);
    if (cut.place == PROXY_AFTER && next == ORM_CONNECTION_LOST) next = Entry_count(db, NULL, &any);      /* the answer came, and it was the next call's loss */
    KIND(next, ORM_OK);
    orm_close(db);
    wait_until_gone(direct, "proxied");
    int64_t stored = marked_rows(direct);
    bool was_sent = uncut && cut.message + (cut.side == PROXY_CLIENT) > uncut->marked_at[cut.side];
    bool right = answer == ORM_OK ? stored == s->whole
               : answer == ORM_CONNECTION_LOST ? stored == 0
               : answer == ORM_COMMIT_UNKNOWN && s->alone && was_sent && (stored == 0 || stored == s->whole);
    CHECK(right);
    CHECK(seen.marked <= 1 && seen.commits <= 1);
    CHECK_INT(seen.cut, cut.message != 0);
    if (!right || seen.marked > 1 || seen.commits > 1 || !seen.cut != !cut.message)
        printf("    %s message %u of the %s: %s, %d rows, marked %u, commits %u: %s\n", cut.place == PROXY_BEFORE ? "before" : cut.place == PROXY_INSIDE ? "inside" : "after",
               cut.message, cut.side == PROXY_CLIENT ? "client" : "server", orm_status_name(answer), (int)stored, seen.marked, seen.commits, orm_error()->message);
    return seen;
}

/* long rows of like messages are not cut at each */
static unsigned next_message(unsigned message, unsigned all) { return message + (message > 20 && message + 50 < all ? 23 : 1); }

static void cut_everywhere(const scenario *s)
{
    orm_db *direct = open_direct();
    proxy_start();
    proxy_count uncut = run_cut(direct, s, no_cut, NULL);
    CHECK(uncut.messages[PROXY_CLIENT] > 3 && uncut.messages[PROXY_SERVER] > 3);
    CHECK_INT(uncut.marked, 1);
    for (int side = PROXY_CLIENT; side <= PROXY_SERVER; side++) {
        for (unsigned message = 1; message <= uncut.messages[side]; message = next_message(message, uncut.messages[side])) {
            for (int place = PROXY_BEFORE; place <= PROXY_INSIDE + (message == uncut.messages[side]); place++)
                run_cut(direct, s, (proxy_cut){ .message = message, .side = (proxy_side)side, .place = (proxy_place)place, .way = message % 2 ? PROXY_RESET : PROXY_CLOSE }, &uncut);
        }
    }
    proxy_stop();
    orm_close(direct);
}

/* ---- writing -------------------------------------------------------------------------------------------------------------- */
static orm_status create_one(orm_db *db) { return create_entry(db, MARK); }
static void create_another(orm_db *db) { OK(create_entry(db, "before")); }

TEST(a_create_tells_what_became_of_it_wherever_the_connection_is_cut) { cut_everywhere(&(scenario){ NULL, create_one, 1, true }); }
TEST(so_does_one_whose_statement_is_prepared_already) { cut_everywhere(&(scenario){ create_another, create_one, 1, true }); }

static Entry *loaded;
static void load_one(orm_db *db)
{
    create_another(db);
    orm_free(loaded);
    loaded = Entry_find_one(db, &(Entry_query){ .where = orm_eq(Entry_.word, "before") });
    CHECK(loaded != NULL);
}

static orm_status save_in_transaction(orm_db *db)
{
    ORM_TRANSACTION(db) {
        loaded->word = MARK;
        if (Entry_save(db, loaded)) break;
    }
    return orm_error()->kind;
}

TEST(a_save_in_a_transaction_is_kept_or_not_as_its_commit_says)
{
    cut_everywhere(&(scenario){ load_one, save_in_transaction, 1, false });
    orm_free(loaded);
    loaded = NULL;
}

static orm_status create_many(orm_db *db)
{
    static Entry rows[250];
    static char words[250][40];
    for (int i = 0; i < 250; i++) {
        rows[i] = Entry_defaults();
        snprintf(words[i], sizeof words[i], "%s %d", i == 120 ? MARK : "filler", i);
        rows[i].word = words[i];
    }
    return Entry_create_all(db, rows, 250, NULL);
}

TEST(many_rows_are_created_all_or_none) { cut_everywhere(&(scenario){ NULL, create_many, 1, false }); }

static orm_status two_creates(orm_db *db)
{
    ORM_TRANSACTION(db, .retries = 3) {
        if (create_entry(db, "filler") || create_one(db)) break;
    }
    return orm_error()->kind;
}

TEST(a_transaction_is_whole_or_nothing_and_never_run_again_by_itself) { cut_everywhere(&(scenario){ create_another, two_creates, 1, false }); }

static orm_status nested_creates(orm_db *db)
{
    ORM_TRANSACTION(db) {
        ORM_TRANSACTION(db) {
            if (create_one(db)) break;
        }
        if (orm_failed()) break;
    }
    return orm_error()->kind;
}

TEST(a_nested_transaction_is_settled_by_the_number_of_the_outer_one) { cut_everywhere(&(scenario){ NULL, nested_creates, 1, false }); }

TEST(a_connection_that_is_cut_while_idle_leaves_no_write_in_doubt)
{
    orm_db *direct = open_direct();
    proxy_start();
    for (int way = PROXY_RESET; way <= PROXY_CLOSE; way++) {
        orm_db *db = orm_open(proxy_url());
        create_another(db);
        proxy_arm(no_cut, NULL);
        create_another(db);
        proxy_arm((proxy_cut){ .message = proxy_counts().messages[PROXY_SERVER], .side = PROXY_SERVER, .place = PROXY_AFTER, .way = (proxy_way)way }, NULL);
        create_another(db);
        wait_until_gone(direct, "proxied");
        CHECK(proxy_counts().cut);
        orm_status answer = create_one(db);
        if (answer) KIND(answer, ORM_CONNECTION_LOST);              /* or the handle found out before the caller did */
        CHECK_INT(marked_rows(direct), answer == ORM_OK);
        create_another(db);
        OK(orm_exec(direct, NULL, "truncate entries", orm_no_params));
        orm_close(db);
    }
    proxy_stop();
    orm_close(direct);
}

/* ---- reading -------------------------------------------------------------------------------------------------------------- */
TEST(a_list_is_whole_or_lost_never_a_part)
{
    orm_db *direct = open_direct();
    OK(orm_exec(direct, NULL, "insert into entries (word) select 'w' || i from generate_series(1, 300) i", orm_no_params));
    proxy_start();
    orm_db *whole = orm_open(proxy_url());
    proxy_arm(no_cut, NULL);
    Entry *rows = Entry_find_all(whole, NULL);
    CHECK_INT(orm_len(rows), 300);
    unsigned all = proxy_counts().messages[PROXY_SERVER];
    CHECK(all > 300);
    orm_free(rows);
    orm_close(whole);
    for (unsigned message = 1; message <= all; message = next_message(message, all)) {
        for (int place = PROXY_BEFORE; place <= PROXY_INSIDE; place++) {
            orm_db *db = orm_open(proxy_url());
            proxy_arm((proxy_cut){ .message = message, .side = PROXY_SERVER, .place = (proxy_place)place, .way = PROXY_CLOSE }, NULL);
            CHECK(Entry_find_all(db, NULL) == NULL);
            KIND(orm_error()->kind, ORM_CONNECTION_LOST);
            CHECK(proxy_counts().cut);
            orm_close(db);
        }
    }
    proxy_stop();
    orm_close(direct);
}

TEST(messages_that_come_byte_by_byte_are_understood)
{
    orm_db *direct = open_direct();
    proxy_start();
    proxy.drips = true;
    orm_db *db = orm_open(proxy_url());
    CHECK(db != NULL);
    OK(two_creates(db));
    Entry *rows = Entry_find_all(db, NULL);
    CHECK_INT(orm_len(rows), 2);
    orm_free(rows);
    orm_close(db);
    proxy_stop();
    orm_close(direct);
}

/* ---- silence ---------------------------------------------------------------------------------------------------------------- */
/* the network takes everything and gives nothing: the deadline is all that ends it */
static orm_status in_silence(orm_status (*run)(orm_db *), unsigned message, int64_t *took)
{
    orm_db *db = orm_open(proxy_url(), .timeout_ms = 300);
    CHECK(db != NULL);
    OK(create_entry(db, "before"));
    proxy_arm((proxy_cut){ .message = message, .side = PROXY_CLIENT, .place = PROXY_BEFORE, .way = PROXY_SILENCE }, MARK);
    int64_t began = now_ms();
    orm_status answer = run(db);
    *took = now_ms() - began;
    int64_t n = 0;
    OK(Entry_count(db, NULL, &n));
    orm_close(db);
    return answer;
}

static orm_status count_them(orm_db *db)
{
    int64_t n = 0;
    return Entry_count(db, NULL, &n);
}

TEST(silence_ends_at_the_deadline_and_what_was_sent_is_unknown)
{
    orm_db *direct = open_direct();
    int64_t took = 0;
    proxy_start();
    KIND(in_silence(count_them, 1, &took), ORM_TIMEOUT);
    CHECK(took >= 300 && took < 4000);
    KIND(in_silence(create_one, 1, &took), ORM_COMMIT_UNKNOWN);
    CHECK(took >= 300 && took < 4000);
    wait_until_gone(direct, "proxied");
    CHECK_INT(marked_rows(direct), 0);
    proxy_stop();
    orm_close(direct);
}

CHECK_MAIN()
