-- 20261105140200_roles_and_ages
-- parent: 20261103091500_first_tables
-- danger: long_lock users: the table is written anew while what uses it waits
-- allow: long_lock users: a few thousand users: done in a blink

-- up sqlite
alter table "users" rename column "mail" to "email";
-- keep "users"
create table "orm_new_users" (
    "id" INTEGER primary key autoincrement,
    "name" TEXT not null,
    "email" TEXT not null unique,
    "role" TEXT not null default 'member',
    "age" INTEGER,
    "password" TEXT not null,
    "created_at" INTEGER not null,
    constraint "name_size" check (length("name") <= 200),
    constraint "name_length" check (length("name") between 2 and 200),
    constraint "email_size" check (length("email") <= 255),
    constraint "role_values" check ("role" in ('member')),
    constraint "age_range" check ("age" between -2147483648 and 2147483647),
    constraint "age_at_least" check ("age" >= 0),
    constraint "age_at_most" check ("age" <= 150),
    constraint "password_size" check (length("password") <= 255)
) STRICT;
insert into "orm_new_users" ("id", "name", "email", "password", "created_at")
    select "id", "name", "email", "password", "created_at" from "users";
delete from sqlite_sequence where name = 'orm_new_users';
insert into sqlite_sequence (name, seq) select 'orm_new_users', seq from sqlite_sequence where name = 'users';
drop table "users";
alter table "orm_new_users" rename to "users";
-- kept "users"

-- up postgres
alter table "users" rename column "mail" to "email";
alter table "users" rename constraint "users_mail_key" to "users_email_key";
alter table "users" rename constraint "mail_size" to "email_size";
create type "Role" as enum ('member');
alter table "users" add column "role" "Role" not null default 'member';
alter table "users" add column "age" integer;
alter table "users" add constraint "age_at_least" check ("age" >= 0);
alter table "users" add constraint "age_at_most" check ("age" <= 150);

-- down sqlite
alter table "users" rename column "email" to "mail";
-- keep "users"
create table "orm_new_users" (
    "id" INTEGER primary key autoincrement,
    "name" TEXT not null,
    "mail" TEXT not null unique,
    "password" TEXT not null,
    "created_at" INTEGER not null,
    constraint "name_size" check (length("name") <= 200),
    constraint "name_length" check (length("name") between 2 and 200),
    constraint "mail_size" check (length("mail") <= 255),
    constraint "password_size" check (length("password") <= 255)
) STRICT;
insert into "orm_new_users" ("id", "name", "mail", "password", "created_at")
    select "id", "name", "mail", "password", "created_at" from "users";
delete from sqlite_sequence where name = 'orm_new_users';
insert into sqlite_sequence (name, seq) select 'orm_new_users', seq from sqlite_sequence where name = 'users';
drop table "users";
alter table "orm_new_users" rename to "users";
-- kept "users"

-- down postgres
alter table "users" rename column "email" to "mail";
alter table "users" rename constraint "users_email_key" to "users_mail_key";
alter table "users" rename constraint "email_size" to "mail_size";
alter table "users" drop constraint "age_at_least";
alter table "users" drop constraint "age_at_most";
alter table "users" drop column "role";
alter table "users" drop column "age";
drop type "Role";

-- schema
-- enum "Role": "member"
-- table "users"
--   "id" serial
--   "name" string(200) length(2, 200)
--   "email" string(255) unique
--   "role" enumeration("Role") default("member")
--   "age" integer nullable at_least(0) at_most(150)
--   "password" string(255)
--   "created_at" timestamp
-- table "posts"
--   "id" serial
--   "title" string(255) not_empty
--   "text" text nullable
--   "author_id" bigint indexed references("users", "id") on_delete(cascade)
--   "created_at" timestamp
