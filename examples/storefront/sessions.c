/* Logins. A token is a random UUID: 122 bits from the system's random source. Who may read the table can use them: where that is a concern, keep a hash of each instead. */
#include "errors.h"
#include "password.h"
#include "routes.h"
#include "sessions.h"
#include <strings.h>

static const orm_time lifetime = INT64_C(24) * 60 * 60 * 1000000;

static bool read_token(const request *r, orm_uuid *token)
{
    const char *header = request_header(r, "Authorization");
    return header && strncasecmp(header, "Bearer ", 7) == 0 && orm_uuid_parse(header + 7, token);
}

bool find_session(request *r)
{
    orm_uuid token;
    if (!read_token(r, &token)) {
        refuse_as(r, NO_LOGIN);
        return false;
    }
    const Session *session = Session_find_one(r->db, &(Session_query){
        .where   = orm_and(orm_eq(Session_.token, token), orm_gt(Session_.expires_at, orm_now())),
        .include = { orm_with(Session_.user) },
        .arena   = &r->arena });
    if (session) {
        r->user = session->user;
        return true;
    }
    if (orm_failed()) refuse(r);
    else refuse_as(r, NO_LOGIN);
    return false;
}

void login(request *r)
{
    ORM_AUTO User *typed = User_from_json(r->db, r->body, r->length, (User_mask){ .email = 1, .password = 1 });
    if (!typed) {
        refuse(r);
        return;
    }
    const User *user = User_find_one(r->db, &(User_query){ .where = orm_eq(User_.email, typed->email), .arena = &r->arena });
    bool right = false;
    if (user ? User_verify_password(r->db, user, typed->password, &right) : orm_failed()) {
        refuse(r);
        return;
    }
    if (!user) password_waste(typed->password);      /* who measures the time learns nothing of who has an account */
    if (!right) {
        refuse_as(r, WRONG_LOGIN);
        return;
    }
    char token[ORM_UUID_SIZE], until[ORM_TIME_SIZE];
    ORM_NEW(Session, session, .token = orm_uuid_v4(), .user_id = user->id, .expires_at = orm_now() + lifetime);
    ORM_TRANSACTION(r->db) {
        if (Session_destroy_all(r->db, &(Session_query){ .where = orm_lt(Session_.expires_at, orm_now()) }, NULL) || Session_create(r->db, &session)) break;
    }
    char *json = orm_failed() ? NULL : User_to_json(user, (User_mask){ 0 });
    if (!json) {
        refuse(r);
        return;
    }
    answer_text(r, 201, orm_format(&r->arena, "{\"token\":\"%s\",\"expires_at\":\"%s\",\"user\":%s}", orm_uuid_text(session.token, token), orm_time_text(session.expires_at, until), json));
    orm_free_text(json);
}

void logout(request *r)
{
    orm_uuid token;
    if (!read_token(r, &token) || Session_destroy_all(r->db, &(Session_query){ .where = orm_eq(Session_.token, token) }, NULL)) refuse(r);
    else answer_text(r, 200, "{}");
}
