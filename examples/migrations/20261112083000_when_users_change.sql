-- 20261112083000_when_users_change
-- parent: 20261110102000_published_posts
-- danger: long_lock users: the table is written anew while what uses it waits
-- allow: long_lock users: a few thousand users: done in a blink
-- danger: not_null users.updated_at: rows that exist have no value for it: it fails unless the table is empty
-- allow: not_null users.updated_at: rows that exist get the moment of their creation, see below

-- up sqlite
-- keep "users"
create table "orm_new_users" (
    "id" INTEGER primary key autoincrement,
    "name" TEXT not null,
    "email" TEXT not null unique,
    "role" TEXT not null default 'member',
    "age" INTEGER,
    "password" TEXT not null,
    "created_at" INTEGER not null,
    "updated_at" INTEGER not null,
    constraint "name_size" check (length("name") <= 200),
    constraint "name_length" check (length("name") between 2 and 200),
    constraint "email_size" check (length("email") <= 255),
    constraint "role_values" check ("role" in ('member')),
    constraint "age_range" check ("age" between -2147483648 and 2147483647),
    constraint "age_at_least" check ("age" >= 0),
    constraint "age_at_most" check ("age" <= 150),
    constraint "password_size" check (length("password") <= 255)
) STRICT;
insert into "orm_new_users" ("id", "name", "email", "role", "age", "password", "created_at", "updated_at")
    select "id", "name", "email", "role", "age", "password", "created_at", "created_at" from "users";
delete from sqlite_sequence where name = 'orm_new_users';
insert into sqlite_sequence (name, seq) select 'orm_new_users', seq from sqlite_sequence where name = 'users';
drop table "users";
alter table "orm_new_users" rename to "users";
-- kept "users"

-- up postgres
alter table "users" add column "updated_at" timestamptz;
update "users" set "updated_at" = "created_at";
alter table "users" alter column "updated_at" set not null;

-- down sqlite
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
insert into "orm_new_users" ("id", "name", "email", "role", "age", "password", "created_at")
    select "id", "name", "email", "role", "age", "password", "created_at" from "users";
delete from sqlite_sequence where name = 'orm_new_users';
insert into sqlite_sequence (name, seq) select 'orm_new_users', seq from sqlite_sequence where name = 'users';
drop table "users";
alter table "orm_new_users" rename to "users";
-- kept "users"

-- down postgres
alter table "users" drop column "updated_at";

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
--   "updated_at" timestamp
-- table "posts"
--   "id" serial
--   "title" string(255) not_empty
--   "body" text nullable
--   "published" boolean default("false")
--   "views" integer default("0") at_least(0)
--   "author_id" bigint indexed references("users", "id") on_delete(cascade)
--   "created_at" timestamp
