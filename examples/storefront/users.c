/* Accounts. What a client may set are the masks: a "version", an "id" or whatever else is refused by its name. */
#include "routes.h"
#include "errors.h"

void create_user(request *r)
{
    ORM_AUTO User *user = User_from_json(r->db, r->body, r->length, (User_mask){ .name = 1, .email = 1, .password = 1 });
    if (!user || User_create(r->db, user)) {
        refuse(r);
        return;
    }
    answer_header(r, "Location", orm_format(&r->arena, "/users/%lld", (long long)user->id));
    answer_json(r, 201, User_to_json(user, (User_mask){ 0 }));      /* secrets and passwords are in no JSON */
}

/* The user with all orders and their items: three statements, however many there are. */
void show_user(request *r)
{
    if (r->id != r->user->id) {
        refuse_as(r, NOT_YOURS);
        return;
    }
    const User *user = User_get_one(r->db, &(User_query){
        .where   = orm_eq(User_.id, r->id),
        .include = { orm_with(User_.orders, .limit = 50, .include = {
                         orm_with(Order_.items, .include = { orm_with(Item_.product, .select = { .name = 1 }) }) }) },
        .arena   = &r->arena });
    answer_json(r, 200, user ? User_to_json(user, (User_mask){ 0 }) : NULL);
}

void show_me(request *r) { answer_json(r, 200, User_to_json(r->user, (User_mask){ 0 })); }

/* The fields that are given. One that says which version it has seen is refused, 409, when there is a newer one. */
void change_me(request *r)
{
    ORM_AUTO User *user = User_get(r->db, r->user->id);
    if (!user || User_patch_from_json(r->db, user, r->body, r->length, (User_mask){ .name = 1, .email = 1, .password = 1, .version = 1 }, NULL) || User_save(r->db, user)) {
        refuse(r);
        return;
    }
    answer_json(r, 200, User_to_json(user, (User_mask){ 0 }));
}
