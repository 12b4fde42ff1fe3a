-- 20261120094501_index_posts_author_id_created_at
-- parent: 20261120094500_newest_posts
-- no transaction

-- up postgres
create index concurrently "posts_author_id_created_at" on "posts" ("author_id", "created_at");

-- down postgres
drop index concurrently "posts_author_id_created_at";

-- up sqlite

-- down sqlite

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
--   index("author_id", "created_at")
--   unique("author_id", "title")
