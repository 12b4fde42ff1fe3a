-- a database as people and attackers make them: names with blanks, quotes, comments and code in them, words of C and SQL, types that
-- are none, keys of several columns, tables that cannot be models
create table "user accounts" (ID integer primary key, "First Name" varchar(50) not null default 'it''s', age int default 18 check (age >= 0), score real default 1.5,
    ok boolean not null default 1, made datetime default current_timestamp, "class" text, "select" numeric(10,2) default 0, constraint "odd name" check (age < 200 and "First Name" <> '*/ " \ ;'));
create table "x""; drop table canary; --" ("a
\! id" text primary key, b text default '''); system("id"); //');
create table canary (id integer primary key);
create table pair (b int, a text, c blob, primary key (a, b)) without rowid;
create table child (id integer primary key autoincrement, acc integer references "user accounts"(id) on delete cascade, pa text, pb int, tag text unique, n int not null default (1+2),
    up int references child, foreign key (pa, pb) references pair (a, b));
create index i1 on child (acc);
create unique index i2 on child (lower(tag)) where acc > 3;
create index i3 on child (pa, pb desc);
create table nokey (x);
create view "v /* */" as select * from canary;
create table "*/ #define X" (id integer primary key, v text generated always as (id || 'x'));
create table "Order" ("order" int primary key, int text, "1st" text, "größe" text, "a-b" text, "a b" text, "${HOME}" text, "line
break" text, "back\" text, typeless, "a, b" text, "a desc" text);
create index "odd index" on "Order" ("a, b", "a desc" desc);
create table a (id int primary key, b int references b);
create table b (id int primary key, a int references a);
create table EOF (errno integer primary key, stdin text, NULL_ text, "bool" int, "default" text, db text unique, end text, none text);
create virtual table words using fts5(word);
