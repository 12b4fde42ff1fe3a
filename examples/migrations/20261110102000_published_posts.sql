-- 20261110102000_published_posts
-- parent: 20261105140200_roles_and_ages

-- up sqlite
alter table "posts" rename column "text" to "body";
alter table "posts" add column "published" INTEGER not null default 0 constraint "published_bool" check ("published" in (0, 1));
alter table "posts" add column "views" INTEGER not null default 0 constraint "views_range" check ("views" between -2147483648 and 2147483647) constraint "views_at_least" check ("views" >= 0);

-- up postgres
alter table "posts" rename column "text" to "body";
alter table "posts" add column "published" boolean not null default false;
alter table "posts" add column "views" integer not null default 0;
alter table "posts" add constraint "views_at_least" check ("views" >= 0);

-- down sqlite
alter table "posts" rename column "body" to "text";
-- keep "posts"
create table "orm_new_posts" (
    "id" INTEGER primary key autoincrement,
    "title" TEXT not null,
    "text" TEXT,
    "author_id" INTEGER not null references "users" ("id") on delete cascade,
    "created_at" INTEGER not null,
    constraint "title_size" check (length("title") <= 255),
    constraint "title_not_empty" check (trim("title", char(9, 10, 11, 12, 13, 32)) <> '')
) STRICT;
insert into "orm_new_posts" ("id", "title", "text", "author_id", "created_at")
    select "id", "title", "text", "author_id", "created_at" from "posts";
delete from sqlite_sequence where name = 'orm_new_posts';
insert into sqlite_sequence (name, seq) select 'orm_new_posts', seq from sqlite_sequence where name = 'posts';
drop table "posts";
alter table "orm_new_posts" rename to "posts";
-- kept "posts"

-- down postgres
alter table "posts" rename column "body" to "text";
alter table "posts" drop constraint "views_at_least";
alter table "posts" drop column "published";
alter table "posts" drop column "views";

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
--   "body" text nullable
--   "published" boolean default("false")
--   "views" integer default("0") at_least(0)
--   "author_id" bigint indexed references("users", "id") on_delete(cascade)
--   "created_at" timestamp
