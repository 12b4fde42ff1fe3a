# A program with a schema of MODELS models of ten columns, that finds rows of the first by key: prints `schema,ours,find,MODELS,ns_per_find`.
BEGIN {
    print "#include \"orm.h\"\n#include \"dialects/sqlite.h\"\n#include \"bench/common.h\""
    split("integer, default(0)|string(200), length(0, 200), default(\"\")|boolean, default(false)|text, nullable|bigint, nullable, at_least(0)|timestamp, nullable|double, default(0.5)|integer, nullable", type, "|")
    for (m = 1; m <= models; m++) {
        printf "#define Model%d_FIELDS(X) X(id, serial)", m
        for (c = 2; c <= 9; c++) printf " X(column%d, %s)", c, type[c % 8 + 1]
        printf " X(parent_id, key(Model%d), nullable, on_delete(cascade), indexed)\nORM_MODEL(Model%d, models%d)\n", m, m, m
    }
    printf "#define Many_MODELS(X)"
    for (m = 1; m <= models; m++) printf " X(Model%d)", m
    print "\nORM_SCHEMA(Many)\nORM_DEFINE(Many)"
    if (program) {
        print "int main(void)\n{\n    orm_db *db = orm_open(\"sqlite::memory:\");\n    if (!db || orm_sync(db, &Many_schema)) return orm_perror(\"schema\");"
        print "    static Model1 rows[1000];\n    for (int i = 0; i < 1000; i++) rows[i] = Model1_defaults();\n    if (Model1_create_all(db, rows, 1000, NULL)) return orm_perror(\"fill\");"
        print "    enum { FINDS = 200000 };\n    uint64_t seed = 777;\n    clock_of_process();\n    for (int pass = 0; pass < 3; pass++) {\n        clock_total = 0;\n        clock_start();\n        for (int i = 0; i < FINDS; i++) {\n            Model1 *row = Model1_find(db, 1 + draw(&seed) % 1000);\n            if (!row) return orm_perror(\"find\");\n            orm_free(row);\n        }\n        clock_stop();\n    }"
        printf "    printf(\"schema,ours,find,%d,%%.1f\\n\", (double)clock_total / FINDS);\n    orm_close(db);\n    return 0;\n}\n", models
    }
}
