/* >>words: every word that a row may be written with, and what it means, as tables of macros.
   A word answers `~, WHAT_orm,` followed by what it carries; a word that a table does not know answers nothing of that shape. Answers are scanned for macros once more
   before they are pasted: so a bare name in one ends with _orm, which no macro of a program does (tests/compile/names.sh). */

/* ---- what a column is of: which values, defaults and rules fit ---------------------------------------------- */
#define ORM__OF_INT     0x001
#define ORM__OF_TEXT    0x002
#define ORM__OF_BOOL    0x004
#define ORM__OF_NUMBER  0x008
#define ORM__OF_DATE    0x010
#define ORM__OF_CLOCK   0x020
#define ORM__OF_UUID    0x040
#define ORM__OF_DECIMAL 0x080
#define ORM__OF_BLOB    0x100
#define ORM__OF_TIME    0x200
#define ORM__OF_ENUM    0x400
#define ORM__OF_JSON    0x800
#define ORM__OF_SERIAL  0x1000
#define ORM__OF_STAMP   0x2000
#define ORM__OF_JSONB   0x4000
#define ORM__OF_INET    0x8000
#define ORM__OF_ARRAY   0x10000
#define ORM__OF_TENANT  0x20000
#define ORM__OF_HASH    0x40000
#define ORM__OF_INTERVAL 0x80000
#define ORM__OF_BITS    0x100000
#define ORM__OF_ANY     0x1FFFFF
#define ORM__OF_KEY     (ORM__OF_ANY & ~(ORM__OF_STAMP | ORM__OF_JSONB | ORM__OF_INET | ORM__OF_ARRAY | ORM__OF_HASH | ORM__OF_INTERVAL | ORM__OF_BITS))     /* what sorts alike on every engine */
/* the classes of values that a default of such a column may have */
#define ORM__DEFAULT_CLASSES(of) ((of) & ORM__OF_INT ? ORM__CLASS_INT : (of) & (ORM__OF_TEXT | ORM__OF_JSON | ORM__OF_JSONB) ? ORM__CLASS_TEXT : (of) & ORM__OF_INET ? ORM__CLASS_INET : \
    (of) & ORM__OF_BOOL ? ORM__CLASS_BOOL | ORM__CLASS_INT : (of) & ORM__OF_NUMBER ? ORM__CLASS_INT | ORM__CLASS_NUMBER :          \
    (of) & ORM__OF_DATE ? ORM__CLASS_DATE : (of) & ORM__OF_CLOCK ? ORM__CLASS_CLOCK : (of) & ORM__OF_UUID ? ORM__CLASS_UUID :      \
    (of) & ORM__OF_DECIMAL ? ORM__CLASS_DECIMAL : (of) & ORM__OF_BLOB ? ORM__CLASS_BLOB : (of) & ORM__OF_INTERVAL ? ORM__CLASS_INTERVAL : (of) & (ORM__OF_TIME | ORM__OF_ENUM) ? ORM__CLASS_INT : 0)

/* ---- types: ~, COLUMN or RELATION, what it is of, ------------------------------------------------------------- */
#define ORM__TYPE_serial           ~, COLUMN_orm, ORM__OF_SERIAL,
#define ORM__TYPE_smallint         ~, COLUMN_orm, ORM__OF_INT,
#define ORM__TYPE_integer          ~, COLUMN_orm, ORM__OF_INT,
#define ORM__TYPE_bigint           ~, COLUMN_orm, ORM__OF_INT,
#define ORM__TYPE_key(...)         ~, COLUMN_orm, ORM__OF_INT,
#define ORM__TYPE_real             ~, COLUMN_orm, ORM__OF_NUMBER,
#define ORM__TYPE_double           ~, COLUMN_orm, ORM__OF_NUMBER,
#define ORM__TYPE_boolean          ~, COLUMN_orm, ORM__OF_BOOL,
#define ORM__TYPE_string(...)      ~, COLUMN_orm, ORM__OF_TEXT,
#define ORM__TYPE_text             ~, COLUMN_orm, ORM__OF_TEXT,
#define ORM__TYPE_char(...)        ~, COLUMN_orm, ORM__OF_TEXT,
#define ORM__TYPE_decimal(...)     ~, COLUMN_orm, ORM__OF_DECIMAL,
#define ORM__TYPE_blob             ~, COLUMN_orm, ORM__OF_BLOB,
#define ORM__TYPE_date             ~, COLUMN_orm, ORM__OF_DATE,
#define ORM__TYPE_time             ~, COLUMN_orm, ORM__OF_CLOCK,
#define ORM__TYPE_timestamp        ~, COLUMN_orm, ORM__OF_TIME,
#define ORM__TYPE_uuid             ~, COLUMN_orm, ORM__OF_UUID,
#define ORM__TYPE_json             ~, COLUMN_orm, ORM__OF_JSON,
#define ORM__TYPE_jsonb            ~, COLUMN_orm, ORM__OF_JSONB,
#define ORM__TYPE_inet             ~, COLUMN_orm, ORM__OF_INET,
#define ORM__TYPE_interval         ~, COLUMN_orm, ORM__OF_INTERVAL,
#define ORM__TYPE_bits(...)        ~, COLUMN_orm, ORM__OF_BITS,
#define ORM__TYPE_array(T)         ORM__ARRAY_OF_##T
#define ORM__TYPE_enumeration(...) ~, COLUMN_orm, ORM__OF_ENUM,
#define ORM__TYPE_created_at       ~, COLUMN_orm, ORM__OF_STAMP,
#define ORM__TYPE_updated_at       ~, COLUMN_orm, ORM__OF_STAMP,
#define ORM__TYPE_deleted_at       ~, COLUMN_orm, ORM__OF_STAMP,
#define ORM__TYPE_version          ~, COLUMN_orm, ORM__OF_STAMP,
#define ORM__TYPE_tenant(...)      ~, COLUMN_orm, ORM__OF_TENANT,
#define ORM__TYPE_password(...)    ~, COLUMN_orm, ORM__OF_HASH,
#define ORM__TYPE_has_many(...)       ~, RELATION_orm, 0,
#define ORM__TYPE_has_one(...)        ~, RELATION_orm, 0,
#define ORM__TYPE_belongs_to(...)     ~, RELATION_orm, 0,
#define ORM__TYPE_many_to_many(...)   ~, RELATION_orm, 0,
#define ORM__TYPE_belongs_to_any(...) ~, RELATIONS_orm, 0,
#define ORM__TYPE_count_of(...)       ~, COUNT_orm, 0,
#define ORM__TYPE_none_orm         ~, NO_TYPE_orm, 0,
#define ORM__KNOWN_TYPES "serial smallint integer bigint key(Model) real double boolean string(n) text char(n) decimal(p,s) blob date time " \
    "timestamp uuid json jsonb inet interval enumeration(E) bits(E) array(smallint|integer|bigint|real|double|boolean|text|date|timestamp|uuid) created_at updated_at deleted_at version tenant(Model) password(hash, verify) " \
    "has_many(Model, foreign_key) has_one(Model, foreign_key) belongs_to(Model, foreign_key) many_to_many(Model, Through, here, there) belongs_to_any(Enum, type, id) count_of(relation)"

/* members: of the struct, when nullable, and the optional type of min and max */
#define ORM__MEMBER_serial           int64_t
#define ORM__MEMBER_smallint         int16_t
#define ORM__MEMBER_integer          int32_t
#define ORM__MEMBER_bigint           int64_t
#define ORM__MEMBER_key(...)         int64_t
#define ORM__MEMBER_real             float
#define ORM__MEMBER_double           double
#define ORM__MEMBER_boolean          bool
#define ORM__MEMBER_string(...)      const char *
#define ORM__MEMBER_text             const char *
#define ORM__MEMBER_char(...)        const char *
#define ORM__MEMBER_decimal(...)     orm_decimal
#define ORM__MEMBER_blob             orm_blob
#define ORM__MEMBER_date             orm_date
#define ORM__MEMBER_time             orm_clock
#define ORM__MEMBER_timestamp        orm_time
#define ORM__MEMBER_uuid             orm_uuid
#define ORM__MEMBER_json             const char *
#define ORM__MEMBER_jsonb            const char *
#define ORM__MEMBER_inet             orm_inet
#define ORM__MEMBER_interval         orm_interval
#define ORM__MEMBER_bits(E)          E##_bits
#define ORM__MEMBER_array(T)         ORM__ARRAY_MEMBER_##T
#define ORM__MEMBER_enumeration(E)   enum E
#define ORM__MEMBER_created_at       orm_time
#define ORM__MEMBER_updated_at       orm_time
#define ORM__MEMBER_deleted_at       orm_time
#define ORM__MEMBER_version          int64_t
#define ORM__MEMBER_tenant(...)      int64_t
#define ORM__MEMBER_password(...)    const char *
#define ORM__NULLABLE_MEMBER_serial           int64_t
#define ORM__NULLABLE_MEMBER_smallint         orm_opt_int16
#define ORM__NULLABLE_MEMBER_integer          orm_opt_int32
#define ORM__NULLABLE_MEMBER_bigint           orm_opt_int64
#define ORM__NULLABLE_MEMBER_key(...)         orm_opt_int64
#define ORM__NULLABLE_MEMBER_real             orm_opt_float
#define ORM__NULLABLE_MEMBER_double           orm_opt_double
#define ORM__NULLABLE_MEMBER_boolean          orm_opt_bool
#define ORM__NULLABLE_MEMBER_string(...)      const char *
#define ORM__NULLABLE_MEMBER_text             const char *
#define ORM__NULLABLE_MEMBER_char(...)        const char *
#define ORM__NULLABLE_MEMBER_decimal(...)     orm_opt_decimal
#define ORM__NULLABLE_MEMBER_blob             orm_blob
#define ORM__NULLABLE_MEMBER_date             orm_opt_date
#define ORM__NULLABLE_MEMBER_time             orm_opt_clock
#define ORM__NULLABLE_MEMBER_timestamp        orm_opt_time
#define ORM__NULLABLE_MEMBER_uuid             orm_uuid
#define ORM__NULLABLE_MEMBER_json             const char *
#define ORM__NULLABLE_MEMBER_jsonb            const char *
#define ORM__NULLABLE_MEMBER_inet             orm_inet
#define ORM__NULLABLE_MEMBER_interval         orm_opt_interval
#define ORM__NULLABLE_MEMBER_bits(E)          E##_opt_bits
#define ORM__NULLABLE_MEMBER_array(T)         ORM__ARRAY_MEMBER_##T
#define ORM__NULLABLE_MEMBER_enumeration(E)   enum E
#define ORM__NULLABLE_MEMBER_created_at       orm_time
#define ORM__NULLABLE_MEMBER_updated_at       orm_time
#define ORM__NULLABLE_MEMBER_deleted_at       orm_opt_time
#define ORM__NULLABLE_MEMBER_version          int64_t
#define ORM__NULLABLE_MEMBER_tenant(...)      int64_t
#define ORM__NULLABLE_MEMBER_password(...)    const char *
#define ORM__OPT_serial           orm_opt_int64
#define ORM__OPT_smallint         orm_opt_int16
#define ORM__OPT_integer          orm_opt_int32
#define ORM__OPT_bigint           orm_opt_int64
#define ORM__OPT_key(...)         orm_opt_int64
#define ORM__OPT_real             orm_opt_float
#define ORM__OPT_double           orm_opt_double
#define ORM__OPT_boolean          orm__none
#define ORM__OPT_string(...)      orm__none
#define ORM__OPT_text             orm__none
#define ORM__OPT_char(...)        orm__none
#define ORM__OPT_decimal(...)     orm_opt_decimal
#define ORM__OPT_blob             orm__none
#define ORM__OPT_date             orm_opt_date
#define ORM__OPT_time             orm_opt_clock
#define ORM__OPT_timestamp        orm_opt_time
#define ORM__OPT_uuid             orm__none
#define ORM__OPT_json             orm__none
#define ORM__OPT_jsonb            orm__none
#define ORM__OPT_inet             orm__none
#define ORM__OPT_interval         orm__none
#define ORM__OPT_bits(...)        orm__none
#define ORM__OPT_array(T)         orm__none
#define ORM__OPT_enumeration(E)   orm__none
#define ORM__OPT_created_at       orm_opt_time
#define ORM__OPT_updated_at       orm_opt_time
#define ORM__OPT_deleted_at       orm_opt_time
#define ORM__OPT_version          orm_opt_int64
#define ORM__OPT_tenant(...)      orm_opt_int64
#define ORM__OPT_password(...)    orm__none

/* handles */
#define ORM__KIND_serial           orm_int_col
#define ORM__KIND_smallint         orm_int_col
#define ORM__KIND_integer          orm_int_col
#define ORM__KIND_bigint           orm_int_col
#define ORM__KIND_key(...)         orm_int_col
#define ORM__KIND_real             orm_number_col
#define ORM__KIND_double           orm_number_col
#define ORM__KIND_boolean          orm_bool_col
#define ORM__KIND_string(...)      orm_text_col
#define ORM__KIND_text             orm_text_col
#define ORM__KIND_char(...)        orm_text_col
#define ORM__KIND_decimal(...)     orm_decimal_col
#define ORM__KIND_blob             orm_blob_col
#define ORM__KIND_date             orm_date_col
#define ORM__KIND_time             orm_clock_col
#define ORM__KIND_timestamp        orm_time_col
#define ORM__KIND_uuid             orm_uuid_col
#define ORM__KIND_json             orm_json_col
#define ORM__KIND_jsonb            orm_jsonb_col
#define ORM__KIND_inet             orm_inet_col
#define ORM__KIND_interval         orm_interval_col
#define ORM__KIND_bits(...)        orm_bits_col
#define ORM__KIND_array(T)         ORM__ARRAY_KIND_##T
#define ORM__KIND_enumeration(...) orm_enum_col
#define ORM__KIND_created_at       orm_time_col
#define ORM__KIND_updated_at       orm_time_col
#define ORM__KIND_deleted_at       orm_time_col
#define ORM__KIND_version          orm_int_col
#define ORM__KIND_tenant(...)      orm_int_col
#define ORM__KIND_password(...)    orm_password_col

/* metadata */
#define ORM__META_serial           .type = ORM_INT64, .generated = true
#define ORM__META_smallint         .type = ORM_INT16
#define ORM__META_integer          .type = ORM_INT32
#define ORM__META_bigint           .type = ORM_INT64
#define ORM__META_key(T)           .type = ORM_INT64, .is_key = true, .target = &orm__##T##_columns.id, .target_model = &T##_model
#define ORM__META_real             .type = ORM_FLOAT
#define ORM__META_double           .type = ORM_DOUBLE
#define ORM__META_boolean          .type = ORM_BOOL
#define ORM__META_string(n)        .type = ORM_TEXT, .size = n
#define ORM__META_text             .type = ORM_TEXT
#define ORM__META_char(n)          .type = ORM_TEXT, .size = n, .fixed = true
#define ORM__META_decimal(p, s)    .type = ORM_DECIMAL, .precision = p, .scale = s
#define ORM__META_blob             .type = ORM_BLOB
#define ORM__META_date             .type = ORM_DATE
#define ORM__META_time             .type = ORM_CLOCK
#define ORM__META_timestamp        .type = ORM_TIME
#define ORM__META_uuid             .type = ORM_UUID
#define ORM__META_json             .type = ORM_JSON
#define ORM__META_jsonb            .type = ORM_JSON, .jsonb = true
#define ORM__META_inet             .type = ORM_INET
#define ORM__META_interval         .type = ORM_INTERVAL
#define ORM__META_bits(E)          .type = ORM_INT64, .labels = &E##_enum, .bits = true
#define ORM__META_array(T)         .type = ORM_ARRAY, .element = ORM__ARRAY_ELEMENT_##T
#define ORM__META_enumeration(E)   .type = ORM_ENUM, .labels = &E##_enum
#define ORM__META_created_at       .type = ORM_TIME, .created_at = true
#define ORM__META_updated_at       .type = ORM_TIME, .updated_at = true
#define ORM__META_deleted_at       .type = ORM_TIME, .deleted_at = true
#define ORM__META_version          .type = ORM_INT64, .version = true
#define ORM__META_tenant(T)        .type = ORM_INT64, .is_key = true, .tenant = true, .target = &orm__##T##_columns.id, .target_model = &T##_model
#define ORM__META_password(h, v)   .type = ORM_TEXT, .hash = h, .verify = v
/* what such a column is, too */
#define ORM__ALSO_serial           ~, (.primary_key = true,),
#define ORM__ALSO_deleted_at       ~, (.nullable = true,),
#define ORM__ALSO_tenant(...)      ~, (.immutable = true,),
#define ORM__ALSO_password(...)    ~, (.secret = true,),
/* what such a column is to its model */
#define ORM__ROLE_deleted_at       ~, deleted_at,
#define ORM__ROLE_version          ~, version,
#define ORM__ROLE_tenant(...)      ~, tenant,

/* what array(T) makes of the types of elements that it knows */
#define ORM__ARRAY_OF_smallint       ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_integer        ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_bigint         ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_real           ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_double         ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_boolean        ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_text           ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_date           ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_timestamp      ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_uuid           ~, COLUMN_orm, ORM__OF_ARRAY,
#define ORM__ARRAY_MEMBER_smallint   orm_int16s
#define ORM__ARRAY_MEMBER_integer    orm_int32s
#define ORM__ARRAY_MEMBER_bigint     orm_int64s
#define ORM__ARRAY_MEMBER_real       orm_floats
#define ORM__ARRAY_MEMBER_double     orm_doubles
#define ORM__ARRAY_MEMBER_boolean    orm_bools
#define ORM__ARRAY_MEMBER_text       orm_texts
#define ORM__ARRAY_MEMBER_date       orm_dates
#define ORM__ARRAY_MEMBER_timestamp  orm_times
#define ORM__ARRAY_MEMBER_uuid       orm_uuids
#define ORM__ARRAY_KIND_smallint     orm_int16s_col
#define ORM__ARRAY_KIND_integer      orm_int32s_col
#define ORM__ARRAY_KIND_bigint       orm_int64s_col
#define ORM__ARRAY_KIND_real         orm_floats_col
#define ORM__ARRAY_KIND_double       orm_doubles_col
#define ORM__ARRAY_KIND_boolean      orm_bools_col
#define ORM__ARRAY_KIND_text         orm_texts_col
#define ORM__ARRAY_KIND_date         orm_dates_col
#define ORM__ARRAY_KIND_timestamp    orm_times_col
#define ORM__ARRAY_KIND_uuid         orm_uuids_col
#define ORM__ARRAY_ELEMENT_smallint  ORM_INT16
#define ORM__ARRAY_ELEMENT_integer   ORM_INT32
#define ORM__ARRAY_ELEMENT_bigint    ORM_INT64
#define ORM__ARRAY_ELEMENT_real      ORM_FLOAT
#define ORM__ARRAY_ELEMENT_double    ORM_DOUBLE
#define ORM__ARRAY_ELEMENT_boolean   ORM_BOOL
#define ORM__ARRAY_ELEMENT_text      ORM_TEXT
#define ORM__ARRAY_ELEMENT_date      ORM_DATE
#define ORM__ARRAY_ELEMENT_timestamp ORM_TIME
#define ORM__ARRAY_ELEMENT_uuid      ORM_UUID

/* what type words with arguments must fulfil: checked where the row stands */
#define ORM__SIZES_string(n)     ~, SIZE_orm, n,
#define ORM__SIZES_char(n)       ~, SIZE_orm, n,
#define ORM__SIZES_enumeration(E) ~, LABELS_orm, E,
#define ORM__SIZES_bits(E)        ~, BITS_orm, E,
#define ORM__SIZES_password(h, v) ~, HASH_orm, (h, v),
#define ORM__SIZES_deleted_at     ~, ONCE_orm, deleted_at,
#define ORM__SIZES_version        ~, ONCE_orm, version,
#define ORM__SIZES_tenant(...)    ~, ONCE_orm, tenant,
#define ORM__SIZES_decimal(...)  ~, DIGITS_orm, (__VA_ARGS__, 99),
#define ORM__UNSET_timestamp     ~, VALUE_orm, ORM_UNSET_TIME,
#define ORM__UNSET_created_at    ~, VALUE_orm, ORM_UNSET_TIME,
#define ORM__UNSET_updated_at    ~, VALUE_orm, ORM_UNSET_TIME,
#define ORM__UNSET_date          ~, VALUE_orm, { INT32_MIN },
#define ORM__UNSET_time          ~, VALUE_orm, { INT64_MIN },
/* a default of a nullable member: those that are { value, set } */
#define ORM__WRAPS_smallint      ~, 1,
#define ORM__WRAPS_integer       ~, 1,
#define ORM__WRAPS_bigint        ~, 1,
#define ORM__WRAPS_key(...)      ~, 1,
#define ORM__WRAPS_real          ~, 1,
#define ORM__WRAPS_double        ~, 1,
#define ORM__WRAPS_boolean       ~, 1,
#define ORM__WRAPS_decimal(...)  ~, 1,
#define ORM__WRAPS_date          ~, 1,
#define ORM__WRAPS_time          ~, 1,
#define ORM__WRAPS_timestamp     ~, 1,
#define ORM__WRAPS_interval      ~, 1,
#define ORM__WRAPS_bits(...)     ~, 1,

/* ---- attributes: ~, how it is checked, which columns may have it, and what is left ------------------------------- */
#define ORM__ATTR_none_orm         ~, END_orm,
#define ORM__ATTR_nullable         ~, NULLABLE_orm, ORM__OF_ANY & ~(ORM__OF_SERIAL | ORM__OF_STAMP | ORM__OF_TENANT),
#define ORM__ATTR_primary_key      ~, BARE_orm, ORM__OF_KEY,
#define ORM__ATTR_unique           ~, MESSAGE_orm, ORM__OF_ANY & ~(ORM__OF_HASH | ORM__OF_INTERVAL | ORM__OF_BITS),
#define ORM__ATTR_indexed          ~, BARE_orm, ORM__OF_ANY & ~(ORM__OF_HASH | ORM__OF_INTERVAL),
#define ORM__ATTR_searched         ~, SEARCHED_orm, ORM__OF_TEXT,
#define ORM__ATTR_secret           ~, BARE_orm, ORM__OF_ANY & ~ORM__OF_HASH,
#define ORM__ATTR_immutable        ~, BARE_orm, ORM__OF_ANY & ~ORM__OF_TENANT,
#define ORM__ATTR_default(...)     ~, DEFAULT_orm, ORM__OF_ANY & ~(ORM__OF_SERIAL | ORM__OF_STAMP | ORM__OF_ARRAY | ORM__OF_TENANT | ORM__OF_HASH), (__VA_ARGS__),
#define ORM__ATTR_default_sql(...) ~, DEFAULT_SQL_orm, ORM__OF_ANY & ~(ORM__OF_SERIAL | ORM__OF_STAMP | ORM__OF_TENANT | ORM__OF_HASH), (__VA_ARGS__),
#define ORM__ATTR_table_default(...) ~, TEXT_orm, ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_BOOL | ORM__OF_DECIMAL | ORM__OF_INTERVAL | ORM__OF_BITS, (__VA_ARGS__),
#define ORM__ATTR_references(...)  ~, NOTHING_orm, ORM__OF_KEY, (__VA_ARGS__),
#define ORM__ATTR_on_delete(...)   ~, ACTION_orm, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_on_update(...)   ~, ON_UPDATE_orm, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_deferred         ~, DEFERRAL_orm, ORM__OF_ANY,
#define ORM__ATTR_deferrable       ~, DEFERRAL_orm, ORM__OF_ANY,
#define ORM__ATTR_column(...)      ~, TEXT_orm, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_comment(...)     ~, TEXT_orm, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_was(...)         ~, TEXT_orm, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_type_sql(...)    ~, TEXT_orm, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_counter_of(...)  ~, COUNTER_orm, ORM__OF_INT, (__VA_ARGS__),
#define ORM__ATTR_not_empty        ~, MESSAGE_orm, ORM__OF_TEXT | ORM__OF_HASH,
#define ORM__ATTR_length(...)      ~, LENGTH_orm, ORM__OF_TEXT | ORM__OF_HASH, (__VA_ARGS__),
#define ORM__ATTR_at_least(...)    ~, BOUND_orm, ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_DECIMAL, (__VA_ARGS__),
#define ORM__ATTR_at_most(...)     ~, BOUND_orm, ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_DECIMAL, (__VA_ARGS__),
#define ORM__ATTR_between(...)     ~, BETWEEN_orm, ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_DECIMAL, (__VA_ARGS__),
#define ORM__ATTR_email            ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_url              ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_matches(...)     ~, TEXT_orm, ORM__OF_TEXT | ORM__OF_HASH, (__VA_ARGS__),
#define ORM__ATTR_one_of(...)      ~, ONE_OF_orm, ORM__OF_TEXT | ORM__OF_INT, (__VA_ARGS__),
#define ORM__ATTR_check_with(...)  ~, NOTHING_orm, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_not_matches(...) ~, TEXT_orm, ORM__OF_TEXT | ORM__OF_HASH, (__VA_ARGS__),
#define ORM__ATTR_equals(...)      ~, TEXT_orm, ORM__OF_TEXT, (__VA_ARGS__),
#define ORM__ATTR_contains(...)    ~, TEXT_orm, ORM__OF_TEXT | ORM__OF_HASH, (__VA_ARGS__),
#define ORM__ATTR_not_contains(...) ~, TEXT_orm, ORM__OF_TEXT | ORM__OF_HASH, (__VA_ARGS__),
#define ORM__ATTR_not_in(...)      ~, ONE_OF_orm, ORM__OF_TEXT | ORM__OF_INT, (__VA_ARGS__),
#define ORM__ATTR_bytes(...)       ~, LENGTH_orm, ORM__OF_TEXT | ORM__OF_HASH | ORM__OF_BLOB, (__VA_ARGS__),
#define ORM__ATTR_after(...)       ~, TEXT_orm, ORM__OF_DATE | ORM__OF_TIME, (__VA_ARGS__),
#define ORM__ATTR_before(...)      ~, TEXT_orm, ORM__OF_DATE | ORM__OF_TIME, (__VA_ARGS__),
#define ORM__ATTR_past             ~, MESSAGE_orm, ORM__OF_DATE | ORM__OF_TIME,
#define ORM__ATTR_future           ~, MESSAGE_orm, ORM__OF_DATE | ORM__OF_TIME,
#define ORM__ATTR_url_with(...)    ~, ONE_OF_orm, ORM__OF_TEXT, (__VA_ARGS__),
#define ORM__ATTR_uuid_version(...) ~, NUMBERS_orm, ORM__OF_TEXT, (__VA_ARGS__),
#define ORM__ATTR_ip               ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_ipv4             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_ipv6             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_fqdn             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_port             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_mac_address      ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_alpha            ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_alphanumeric     ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_digits           ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_hexadecimal      ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_lowercase        ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_uppercase        ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_slug             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_numeric          ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_integer_text     ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_float_text       ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_decimal_text     ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_date_text        ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_timestamp_text   ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_json_text        ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_uuid_text        ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_base64           ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_base64url        ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_hex_color        ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_credit_card      ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_e164             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_isbn             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_iban             ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_semver           ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_country          ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_currency         ~, MESSAGE_orm, ORM__OF_TEXT,
#define ORM__ATTR_ascii            ~, MESSAGE_orm, ORM__OF_TEXT | ORM__OF_HASH,
#define ORM__ATTR_trimmed          ~, MESSAGE_orm, ORM__OF_TEXT | ORM__OF_HASH,
#define ORM__ATTR_no_control       ~, MESSAGE_orm, ORM__OF_TEXT | ORM__OF_HASH,
#define ORM__ATTR_normalize(...)   ~, NORMALIZE_orm, ORM__OF_ANY & ~(ORM__OF_SERIAL | ORM__OF_STAMP | ORM__OF_TENANT | ORM__OF_HASH), (__VA_ARGS__),
#define ORM__ATTR_on_create(...)   ~, ON_CREATE_orm, ORM__OF_ANY, (__VA_ARGS__),
/* of rows of views only, see view.h */
#define ORM__ATTR_of(...)              ~, SOURCE_orm, of, (__VA_ARGS__),
#define ORM__ATTR_cast(...)            ~, SOURCE_orm, cast, (__VA_ARGS__),
#define ORM__ATTR_count(...)           ~, SOURCE_orm, count, (__VA_ARGS__),
#define ORM__ATTR_count_distinct(...)  ~, SOURCE_orm, count_distinct, (__VA_ARGS__),
#define ORM__ATTR_sum(...)             ~, SOURCE_orm, sum, (__VA_ARGS__),
#define ORM__ATTR_min(...)             ~, SOURCE_orm, min, (__VA_ARGS__),
#define ORM__ATTR_max(...)             ~, SOURCE_orm, max, (__VA_ARGS__),
#define ORM__ATTR_avg(...)             ~, SOURCE_orm, avg, (__VA_ARGS__),
#define ORM__ATTR_coalesce(...)        ~, SOURCE_orm, coalesce, (__VA_ARGS__),
#define ORM__ATTR_when(...)            ~, SOURCE_orm, when, (__VA_ARGS__),
#define ORM__ATTR_otherwise(...)       ~, SOURCE_orm, otherwise, (__VA_ARGS__),
#define ORM__ATTR_holds(...)           ~, SOURCE_orm, holds, (__VA_ARGS__),
#define ORM__ATTR_count_related(...)   ~, SOURCE_orm, count_related, (__VA_ARGS__),
#define ORM__ATTR_lag(...)             ~, SOURCE_orm, lag, (__VA_ARGS__),
#define ORM__ATTR_lead(...)            ~, SOURCE_orm, lead, (__VA_ARGS__),
#define ORM__ATTR_first_value(...)     ~, SOURCE_orm, first_value, (__VA_ARGS__),
#define ORM__ATTR_last_value(...)      ~, SOURCE_orm, last_value, (__VA_ARGS__),
#define ORM__ATTR_day_of(...)          ~, SOURCE_orm, day_of, (__VA_ARGS__),
#define ORM__ATTR_month_of(...)        ~, SOURCE_orm, month_of, (__VA_ARGS__),
#define ORM__ATTR_year_of(...)         ~, SOURCE_orm, year_of, (__VA_ARGS__),
#define ORM__ATTR_at(...)              ~, SOURCE_orm, at, (__VA_ARGS__),
#define ORM__ATTR_expr(...)            ~, SOURCE_orm, expr, (__VA_ARGS__),
#define ORM__ATTR_filter(...)          ~, SOURCE_orm, filter, (__VA_ARGS__),
#define ORM__ATTR_partition(...)       ~, SOURCE_orm, partition, (__VA_ARGS__),
#define ORM__ATTR_order(...)           ~, SOURCE_orm, order, (__VA_ARGS__),
#define ORM__ATTR_order_desc(...)      ~, SOURCE_orm, order_desc, (__VA_ARGS__),
#define ORM__ATTR_order_row(...)       ~, SOURCE_orm, order_row, (__VA_ARGS__),
#define ORM__ATTR_order_row_desc(...)  ~, SOURCE_orm, order_row_desc, (__VA_ARGS__),
#define ORM__ATTR_count_all            ~, SOURCE_WORD_orm,
#define ORM__ATTR_row_number           ~, SOURCE_WORD_orm,
#define ORM__ATTR_rank                 ~, SOURCE_WORD_orm,
#define ORM__ATTR_dense_rank           ~, SOURCE_WORD_orm,
#define ORM__ATTR_depth                ~, SOURCE_WORD_orm,
#define ORM__ATTR_over                 ~, SOURCE_WORD_orm,
#define ORM__ATTR_group                ~, SOURCE_WORD_orm,
#define ORM__ATTR_aggregated           ~, SOURCE_WORD_orm,
#define ORM__KNOWN_ATTRIBUTES "nullable primary_key unique indexed searched secret immutable default(value) default_sql(\"...\") table_default(\"...\") references(Model, field) " \
    "on_delete(action) on_update(action) deferred deferrable column(\"name\") was(\"name\") type_sql(\"...\") comment(\"...\") counter_of(relation) not_empty length(low, high) at_least(n) at_most(n) between(low, high) " \
    "email url matches(\"regex\") one_of(...) check_with(function) not_matches(\"regex\") equals(\"...\") contains(\"...\") not_contains(\"...\") not_in(...) bytes(low, high) after(\"2000-01-01\") before(\"...\") past future url_with(\"https\", ...) uuid_version(4, ...) " \
    "ip ipv4 ipv6 fqdn port mac_address alpha alphanumeric digits hexadecimal ascii lowercase uppercase trimmed no_control slug numeric integer_text float_text decimal_text " \
    "date_text timestamp_text json_text uuid_text base64 base64url hex_color credit_card e164 isbn iban semver country currency normalize(trim|lowercase|uppercase|collapse|function, ...) on_create(rule, ...) on_update(rule, ...)"

/* which flag a word raises */
#define ORM__FLAG_NULLABLE_nullable         ~, 1,
#define ORM__FLAG_KEY_primary_key           ~, 1,
#define ORM__FLAG_UNIQUE_unique             ~, 1,
#define ORM__FLAG_DEFAULT_default(...)      ~, 1,
#define ORM__FLAG_REFERENCE_references(...) ~, 1,
#define ORM__SERIAL_serial                  ~, 1,
#define ORM__REFERS_key(...)                ~, 1,
#define ORM__REFERS_tenant(...)             ~, 1,
#define ORM__EMPTY_deleted_at               ~, 1,

/* initialisers of orm_column that a word brings */
#define ORM__SET_nullable          ~, BARE_orm, .nullable = true,
#define ORM__SET_primary_key       ~, BARE_orm, .primary_key = true,
#define ORM__SET_unique            ~, UNIQUE_orm,
#define ORM__SET_indexed           ~, BARE_orm, .indexed = true,
#define ORM__SET_searched          ~, BARE_orm, .searched = true,
#define ORM__SET_secret            ~, BARE_orm, .secret = true,
#define ORM__SET_immutable         ~, BARE_orm, .immutable = true,
#define ORM__SET_default(...)      ~, DEFAULT_orm, (__VA_ARGS__),
#define ORM__SET_default_sql(...)  ~, BARE_orm, .default_sql = __VA_ARGS__,
#define ORM__SET_table_default(...) ~, BARE_orm, .default_sql = __VA_ARGS__,
#define ORM__SET_references(T, f)  ~, REFERENCES_orm, (T, f),
#define ORM__SET_on_delete(action) ~, BARE_orm, .on_delete = ORM__ACTION(action),
#define ORM__SET_on_update(...)    ~, ON_UPDATE_orm, (__VA_ARGS__, ~),
#define ORM__SET_normalize(...)    ~, BARE_orm, .normalized = true,
#define ORM__SET_deferred          ~, BARE_orm, .deferral = ORM_DEFERRED,
#define ORM__SET_deferrable        ~, BARE_orm, .deferral = ORM_DEFERRABLE,
#define ORM__SET_column(...)       ~, BARE_orm, .column = __VA_ARGS__,
#define ORM__SET_comment(...)      ~, BARE_orm, .comment = __VA_ARGS__,
#define ORM__SET_was(...)          ~, BARE_orm, .was = __VA_ARGS__,
#define ORM__SET_type_sql(...)     ~, BARE_orm, .type_sql = __VA_ARGS__,
#define ORM__SET_counter_of(...)   ~, COUNTER_orm, __VA_ARGS__,
#define ORM__SET_group             ~, BARE_orm, .primary_key = true,

/* actions */
#define ORM__ACTION_IS_cascade     ~, ORM_CASCADE,
#define ORM__ACTION_IS_set_null    ~, ORM_SET_NULL,
#define ORM__ACTION_IS_set_default ~, ORM_SET_DEFAULT,
#define ORM__ACTION_IS_restrict    ~, ORM_RESTRICT,
#define ORM__ACTION_IS_no_action   ~, ORM_NO_ACTION,
#define ORM__IS_ACTION_cascade     ~, 1,
#define ORM__IS_ACTION_set_null    ~, 1,
#define ORM__IS_ACTION_set_default ~, 1,
#define ORM__IS_ACTION_restrict    ~, 1,
#define ORM__IS_ACTION_no_action   ~, 1,
/* on_update(cascade) of a foreign key, or on_update(rule, ...)? */
#define ORM__IS_ACTION(a, ...) ORM__PROBE(ORM__IS_ACTION_##a)
/* with a helper of its own, as it stands at every depth of the passes */
#define ORM__ACTION(word) ORM__ACTION_OF(ORM__ACTION_IS_##word, ORM_ACTION_NONE, ~)
#define ORM__ACTION_OF(...) ORM__ACTION_OF_(__VA_ARGS__)
#define ORM__ACTION_OF_(x, action, ...) action

/* rules: ~, how it is written down, the kind, arguments, */
#define ORM__RULE_length(...)      ~, RANGE_orm, ORM_RULE_LENGTH, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_bytes(...)       ~, RANGE_orm, ORM_RULE_BYTES, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_at_least(...)    ~, AT_LEAST_orm, ORM_RULE_AT_LEAST, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_at_most(...)     ~, AT_MOST_orm, ORM_RULE_AT_MOST, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_between(...)     ~, BETWEEN_orm, ORM_RULE_BETWEEN, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_matches(...)     ~, TEXT_orm, ORM_RULE_MATCHES, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_not_matches(...) ~, TEXT_orm, ORM_RULE_NOT_MATCHES, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_equals(...)      ~, TEXT_orm, ORM_RULE_EQUALS, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_contains(...)    ~, TEXT_orm, ORM_RULE_CONTAINS, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_not_contains(...) ~, TEXT_orm, ORM_RULE_NOT_CONTAINS, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_after(...)       ~, TEXT_orm, ORM_RULE_AFTER, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_before(...)      ~, TEXT_orm, ORM_RULE_BEFORE, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_one_of(...)      ~, ONE_OF_orm, ORM_RULE_ONE_OF_, (__VA_ARGS__),
#define ORM__RULE_not_in(...)      ~, ONE_OF_orm, ORM_RULE_NOT_IN_, (__VA_ARGS__),
#define ORM__RULE_url_with(...)    ~, TEXTS_orm, ORM_RULE_URL_WITH, (__VA_ARGS__),
#define ORM__RULE_uuid_version(...) ~, INTS_orm, ORM_RULE_UUID_VERSION, (__VA_ARGS__),
#define ORM__RULE_check_with(...)  ~, CHECK_WITH_orm, ORM_RULE_CHECK_WITH, (__VA_ARGS__, NULL, NULL),
/* those without arguments: ("message") may stand behind the word, and so comes behind the kind */
#define ORM__RULE_not_empty        ~, PLAIN_orm, ORM_RULE_NOT_EMPTY,
#define ORM__RULE_email            ~, PLAIN_orm, ORM_RULE_EMAIL,
#define ORM__RULE_url              ~, PLAIN_orm, ORM_RULE_URL,
#define ORM__RULE_ip               ~, PLAIN_orm, ORM_RULE_IP,
#define ORM__RULE_ipv4             ~, PLAIN_orm, ORM_RULE_IPV4,
#define ORM__RULE_ipv6             ~, PLAIN_orm, ORM_RULE_IPV6,
#define ORM__RULE_fqdn             ~, PLAIN_orm, ORM_RULE_FQDN,
#define ORM__RULE_port             ~, PLAIN_orm, ORM_RULE_PORT,
#define ORM__RULE_mac_address      ~, PLAIN_orm, ORM_RULE_MAC_ADDRESS,
#define ORM__RULE_alpha            ~, PLAIN_orm, ORM_RULE_ALPHA,
#define ORM__RULE_alphanumeric     ~, PLAIN_orm, ORM_RULE_ALPHANUMERIC,
#define ORM__RULE_digits           ~, PLAIN_orm, ORM_RULE_DIGITS,
#define ORM__RULE_hexadecimal      ~, PLAIN_orm, ORM_RULE_HEXADECIMAL,
#define ORM__RULE_lowercase        ~, PLAIN_orm, ORM_RULE_LOWERCASE,
#define ORM__RULE_uppercase        ~, PLAIN_orm, ORM_RULE_UPPERCASE,
#define ORM__RULE_slug             ~, PLAIN_orm, ORM_RULE_SLUG,
#define ORM__RULE_numeric          ~, PLAIN_orm, ORM_RULE_NUMERIC,
#define ORM__RULE_integer_text     ~, PLAIN_orm, ORM_RULE_INTEGER_TEXT,
#define ORM__RULE_float_text       ~, PLAIN_orm, ORM_RULE_FLOAT_TEXT,
#define ORM__RULE_decimal_text     ~, PLAIN_orm, ORM_RULE_DECIMAL_TEXT,
#define ORM__RULE_date_text        ~, PLAIN_orm, ORM_RULE_DATE_TEXT,
#define ORM__RULE_timestamp_text   ~, PLAIN_orm, ORM_RULE_TIMESTAMP_TEXT,
#define ORM__RULE_json_text        ~, PLAIN_orm, ORM_RULE_JSON_TEXT,
#define ORM__RULE_uuid_text        ~, PLAIN_orm, ORM_RULE_UUID_TEXT,
#define ORM__RULE_base64           ~, PLAIN_orm, ORM_RULE_BASE64,
#define ORM__RULE_base64url        ~, PLAIN_orm, ORM_RULE_BASE64URL,
#define ORM__RULE_hex_color        ~, PLAIN_orm, ORM_RULE_HEX_COLOR,
#define ORM__RULE_credit_card      ~, PLAIN_orm, ORM_RULE_CREDIT_CARD,
#define ORM__RULE_e164             ~, PLAIN_orm, ORM_RULE_E164,
#define ORM__RULE_isbn             ~, PLAIN_orm, ORM_RULE_ISBN,
#define ORM__RULE_iban             ~, PLAIN_orm, ORM_RULE_IBAN,
#define ORM__RULE_semver           ~, PLAIN_orm, ORM_RULE_SEMVER,
#define ORM__RULE_country          ~, PLAIN_orm, ORM_RULE_COUNTRY,
#define ORM__RULE_currency         ~, PLAIN_orm, ORM_RULE_CURRENCY,
#define ORM__RULE_ascii            ~, PLAIN_orm, ORM_RULE_ASCII,
#define ORM__RULE_trimmed          ~, PLAIN_orm, ORM_RULE_TRIMMED,
#define ORM__RULE_no_control       ~, PLAIN_orm, ORM_RULE_NO_CONTROL,
#define ORM__RULE_past             ~, PLAIN_orm, ORM_RULE_PAST,
#define ORM__RULE_future           ~, PLAIN_orm, ORM_RULE_FUTURE,
#define ORM__RULE_normalize(...)   ~, NORMALIZE_orm, ORM_RULE_NORMALIZE, (__VA_ARGS__),
#define ORM__RULE_on_create(...)   ~, ON_CREATE_orm, ORM_RULE_ON_CREATE, (__VA_ARGS__),
#define ORM__RULE_on_update(...)   ~, ON_UPDATE_orm, ORM_RULE_ON_UPDATE, (__VA_ARGS__),
/* of these, what cannot stand inside on_create(...) and on_update(...) */
#define ORM__NOT_INNER_UNKNOWN_orm     ~, 1,
#define ORM__NOT_INNER_NORMALIZE_orm   ~, 1,
#define ORM__NOT_INNER_ON_CREATE_orm   ~, 1,
#define ORM__NOT_INNER_ON_UPDATE_orm   ~, 1,
/* steps of normalize(...); any other is a function */
#define ORM__STEP_trim             ~, WORD_orm, ORM_NORMAL_TRIM,
#define ORM__STEP_lowercase        ~, WORD_orm, ORM_NORMAL_LOWERCASE,
#define ORM__STEP_uppercase        ~, WORD_orm, ORM_NORMAL_UPPERCASE,
#define ORM__STEP_collapse         ~, WORD_orm, ORM_NORMAL_COLLAPSE,
/* which of the two lists one_of makes */
#define ORM__LIST_smallint ~, INT_orm,
#define ORM__LIST_integer  ~, INT_orm,
#define ORM__LIST_bigint   ~, INT_orm,
#define ORM__LIST_key(...) ~, INT_orm,

/* relations: ~, the kind, its arguments with an end mark; the forms of a key; options and what each takes */
#define ORM__RELATES_has_many(...)     ~, HAS_MANY_orm, (__VA_ARGS__, none_orm, none_orm)
#define ORM__RELATES_has_one(...)      ~, HAS_ONE_orm, (__VA_ARGS__, none_orm, none_orm)
#define ORM__RELATES_belongs_to(...)   ~, BELONGS_TO_orm, (__VA_ARGS__, none_orm, none_orm)
#define ORM__RELATES_many_to_many(...) ~, MANY_TO_MANY_orm, (__VA_ARGS__, none_orm, none_orm, none_orm)
#define ORM__KEY_FORM_as(...)          ~, AS_orm,
#define ORM__KEY_FORM_none_orm         ~, MISSING_orm,
#define ORM__KEY_AS_as(...)            __VA_ARGS__
#define ORM__RELATION_OPTION_none_orm        ~, END_orm,
#define ORM__RELATION_OPTION_where(...)      ~, WHERE_orm, (__VA_ARGS__),
#define ORM__RELATION_OPTION_order(...)      ~, ORDER_orm, (__VA_ARGS__),
#define ORM__RELATION_OPTION_link_where(...) ~, LINK_WHERE_orm, (__VA_ARGS__),
#define ORM__RELATION_OPTION_link_order(...) ~, LINK_ORDER_orm, (__VA_ARGS__),
#define ORM__RELATION_OPTION_on_delete(...)  ~, ON_DELETE_orm, (__VA_ARGS__),
#define ORM__RELATION_OPTION_on_update(...)  ~, ON_UPDATE_orm, (__VA_ARGS__),
#define ORM__RELATION_OPTION_deferred        ~, DEFERRED_orm,
#define ORM__RELATION_OPTION_deferrable      ~, DEFERRABLE_orm,
/* which options each kind knows */
#define ORM__HAS_MANY_TAKES_WHERE_orm            ~, 1,
#define ORM__HAS_MANY_TAKES_ORDER_orm            ~, 1,
#define ORM__HAS_ONE_TAKES_WHERE_orm             ~, 1,
#define ORM__HAS_ONE_TAKES_ORDER_orm             ~, 1,
#define ORM__BELONGS_TO_PLAIN_orm_TAKES_WHERE_orm    ~, 1,
#define ORM__BELONGS_TO_LIST_orm_TAKES_WHERE_orm     ~, 1,
#define ORM__BELONGS_TO_LIST_orm_TAKES_ON_DELETE_orm ~, 1,
#define ORM__BELONGS_TO_LIST_orm_TAKES_ON_UPDATE_orm ~, 1,
#define ORM__BELONGS_TO_LIST_orm_TAKES_DEFERRED_orm  ~, 1,
#define ORM__BELONGS_TO_LIST_orm_TAKES_DEFERRABLE_orm ~, 1,
#define ORM__MANY_TO_MANY_TAKES_WHERE_orm        ~, 1,
#define ORM__MANY_TO_MANY_TAKES_ORDER_orm        ~, 1,
#define ORM__MANY_TO_MANY_TAKES_LINK_WHERE_orm   ~, 1,
#define ORM__MANY_TO_MANY_TAKES_LINK_ORDER_orm   ~, 1,
#define ORM__HAS_MANY_TAKES_END_orm              ~, 1,
#define ORM__HAS_ONE_TAKES_END_orm               ~, 1,
#define ORM__BELONGS_TO_PLAIN_orm_TAKES_END_orm      ~, 1,
#define ORM__BELONGS_TO_LIST_orm_TAKES_END_orm       ~, 1,
#define ORM__BELONGS_TO_MISSING_orm_TAKES_END_orm    ~, 1,
#define ORM__BELONGS_TO_AS_orm_TAKES_END_orm         ~, 1,
#define ORM__MANY_TO_MANY_TAKES_END_orm          ~, 1,
#define ORM__HAS_MANY_KNOWS     "where(condition) order(orm_asc(...), ...)"
#define ORM__HAS_ONE_KNOWS      "where(condition) order(orm_asc(...), ...)"
#define ORM__BELONGS_TO_PLAIN_orm_KNOWS "where(condition); on_delete(action), on_update(action), deferred and deferrable stand with the column"
#define ORM__BELONGS_TO_LIST_orm_KNOWS  "where(condition) on_delete(action) on_update(action) deferred deferrable"
#define ORM__MANY_TO_MANY_KNOWS "where(condition) order(orm_asc(...), ...) link_where(condition) link_order(orm_asc(...), ...)"

/* model options */
#define ORM__OPTION_none_orm     ~, NOTHING_orm,
#define ORM__OPTION_index(...)   ~, INDEX_orm, (__VA_ARGS__),
#define ORM__OPTION_unique(...)  ~, UNIQUE_orm, (__VA_ARGS__),
#define ORM__OPTION_check(...)   ~, CHECK_orm, (__VA_ARGS__),
#define ORM__OPTION_comment(...) ~, COMMENT_orm, (__VA_ARGS__),
#define ORM__OPTION_was(...)     ~, WAS_orm, (__VA_ARGS__),
#define ORM__OPTION_scope(...)   ~, BEHAVIOUR_orm, (__VA_ARGS__),
#define ORM__OPTION_default_scope(...)    ~, BEHAVIOUR_orm, (__VA_ARGS__),
#define ORM__OPTION_default_scope_fn(...) ~, BEHAVIOUR_orm, (__VA_ARGS__),
#define ORM__OPTION_hook(...)    ~, BEHAVIOUR_orm, (__VA_ARGS__),
#define ORM__OPTION_validate(...) ~, VALIDATE_orm, (__VA_ARGS__),
#define ORM__PART_where(...)     ~, WHERE_orm, (__VA_ARGS__),
#define ORM__PART_desc(...)      ~, DESCENDING_orm, (__VA_ARGS__),
#define ORM__PART_sql(...)       ~, SQL_orm, (__VA_ARGS__),

/* calls that rows of a type bring: see define.h */
#define ORM__CALLS_deleted_at    ~, RESTORE_orm,
#define ORM__CALLS_password(...) ~, VERIFY_orm,
