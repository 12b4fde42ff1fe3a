-- 20261117160500_admins
-- parent: 20261112083000_when_users_change
-- danger: long_lock users: the table is written anew while what uses it waits
-- allow: long_lock users: a few thousand users: done in a blink
-- danger: long_lock posts: what writes to the table waits until the index is built
-- allow: long_lock posts: the table is small yet

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
    constraint "role_values" check ("role" in ('admin', 'member')),
    constraint "age_range" check ("age" between -2147483648 and 2147483647),
    constraint "age_at_least" check ("age" >= 0),
    constraint "age_at_most" check ("age" <= 150),
    constraint "password_size" check (length("password") <= 255)
) STRICT;
insert into "orm_new_users" ("id", "name", "email", "role", "age", "password", "created_at", "updated_at")
    select "id", "name", "email", "role", "age", "password", "created_at", "updated_at" from "users";
delete from sqlite_sequence where name = 'orm_new_users';
insert into sqlite_sequence (name, seq) select 'orm_new_users', seq from sqlite_sequence where name = 'users';
drop table "users";
alter table "orm_new_users" rename to "users";
-- kept "users"
create unique index "posts_author_id_title" on "posts" ("author_id", "title");

-- up postgres
alter type "Role" add value 'admin' before 'member';
create unique index "posts_author_id_title" on "posts" ("author_id", "title");

-- down sqlite
drop index "posts_author_id_title";
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
    select "id", "name", "email", "role", "age", "password", "created_at", "updated_at" from "users";
delete from sqlite_sequence where name = 'orm_new_users';
insert into sqlite_sequence (name, seq) select 'orm_new_users', seq from sqlite_sequence where name = 'users';
drop table "users";
alter table "orm_new_users" rename to "users";
-- kept "users"

-- down postgres
drop index "posts_author_id_title";
alter type "Role" rename to "orm_old_Role";
create type "Role" as enum ('member');
alter table "users" alter column "role" drop default;
alter table "users" alter column "role" type "Role" using "role"::text::"Role";
alter table "users" alter column "role" set default 'member';
drop type "orm_old_Role";

-- schema
-- enum "Role": "admin", "member"
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
--   unique("author_id", "title")
