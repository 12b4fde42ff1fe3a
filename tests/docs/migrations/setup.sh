# two migrations, of which the page shows the second one
set -e
cc -I"$(pg_config --includedir)" blog.c -o before -lsqlite3 -lpq
cc -I"$(pg_config --includedir)" -DAGE blog.c -o blog -lsqlite3 -lpq
./before generate "first tables"
./blog generate "add age" --allow "a few thousand users, done in a blink"
