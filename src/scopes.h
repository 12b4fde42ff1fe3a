/* >>scopes: conditions that a model always has, and conditions with a name.

   default_scope(condition)          holds in every find, count, aggregate, update, destroy_all, include and condition on a relation; .unscoped = true
                                     leaves it out. Several are joined by `and`. The condition may name other models by default_scope_fn(function) only,
                                     whose `M_pred function(void)` stands in a .c file.
   scope(name, condition)            M_scope_name() is that condition, to be used like any other: .where = orm_and(Post_scope_published(), ...)
   scope(name, (parameters), condition)      the same with arguments: scope(since, (orm_time when), orm_gte(Post_.created_at, when))
   X(deleted_at, deleted_at)         destroy sets it; rows in which it is set are left out, unless .with_deleted or .only_deleted is said. The model's unique
                                     rules hold for the other rows only.
   X(org_id, tenant(Org))            rows belong to a tenant: calls need a handle of orm_tenant(db, id), and see, write and delete nothing else.
   The caller's condition never loosens these: it stands in parentheses behind them. find and find_by_<field>, which have no options, keep all of them; save and
   destroy of a row keep the tenant. */

/** The same database for one tenant: calls on it of models with a tenant row are limited to rows of that tenant, and rows that they create become its own;
    a row of another tenant is "not there". Models without such a row are not touched, SQL by hand is ORM_MISUSE. `id` is not 0. Any thread; in a transaction
    on `db` its calls belong to that. Belongs to `db`, needs no closing, the same id gives the same handle (100 bytes are kept for each). NULL when out of
    memory or misused. */
ORM_API orm_db *orm_tenant(orm_db *db, int64_t id);
/** The same database, for all tenants: reads see every row, and new rows say themselves whose they are. On a handle without tenant such models are refused. */
ORM_API orm_db *orm_all_tenants(orm_db *db);

#ifndef __cplusplus
#define ORM__SCOPE_OF_scope(...) ~, SCOPE_orm, (__VA_ARGS__),
#define ORM__DEFAULT_SCOPE_OF_default_scope(...)    ~, CONDITION_orm, (__VA_ARGS__),
#define ORM__DEFAULT_SCOPE_OF_default_scope_fn(...) ~, FUNCTION_orm, (__VA_ARGS__),
/* what the options of a model say of its behaviour, as functions and numbers; `each` is ORM__ARGS_n of the options */
#define ORM__BEHAVIOUR(M, each, options_) ORM__BEHAVIOUR_(M, each, ORM__UNWRAP options_)
#define ORM__BEHAVIOUR_(M, each, ...)                                                                                                   \
    each(ORM__SCOPE, M, __VA_ARGS__)                                                                                                    \
    each(ORM__DEFAULT_SCOPE_DECLARE, M, __VA_ARGS__)                                                                                    \
    enum { orm__##M##_scoped = 0 each(ORM__DEFAULT_SCOPE_BIT, M, __VA_ARGS__), orm__##M##_hooked = 0 each(ORM__HOOK_BIT, M, __VA_ARGS__), orm__##M##_validated = 0 each(ORM__VALIDATE_BIT, M, __VA_ARGS__) }; \
    static inline ORM__UNUSED void orm__##M##_default_scope(orm_expr *out_) { (void)out_; each(ORM__DEFAULT_SCOPE, M, __VA_ARGS__) }    \
    each(ORM__HOOK_DECLARE, M, __VA_ARGS__)                                                                                             \
    static inline ORM__UNUSED const orm_hook *orm__##M##_hooks(void)                                                                    \
    {                                                                                                                                   \
        static const orm_hook hooks_[] = { each(ORM__HOOK_ENTRY, M, __VA_ARGS__) { .event = ORM_NO_EVENT } };                           \
        return hooks_;                                                                                                                  \
    }

#define ORM__SCOPE(M, o) ORM__CALL_A(ORM__SCOPE_, M, ORM__SCOPE_OF_##o, NOTHING_orm, ~)
#define ORM__SCOPE_(M, x, what, ...) ORM__SCOPE_IS_##what(M, ORM__FIRST(__VA_ARGS__))
#define ORM__SCOPE_IS_NOTHING_orm(M, args)
#define ORM__SCOPE_IS_SCOPE_orm(M, args) ORM__CALL_B(ORM__CAT(ORM__SCOPE_WITH_, ORM__COUNT args), M, ORM__UNWRAP args)
#define ORM__SCOPE_WITH_1(M, name) _Static_assert(0, "orm: " #M ": scope(" #name ") needs a condition: scope(name, condition) or scope(name, (parameters), condition)");
#define ORM__SCOPE_WITH_2(M, name, condition_) ORM__SCOPE_WITH_3(M, name, (void), condition_)
#define ORM__SCOPE_WITH_3(M, name, parameters_, condition_)                                                                             \
    static inline ORM__UNUSED M##_pred M##_scope_##name parameters_                                                                     \
    {                                                                                                                                   \
        __extension__ __auto_type given_ = condition_;                                                                                  \
        _Static_assert(__builtin_types_compatible_p(__typeof__(given_), M##_pred), "orm: " #M ": the condition of scope(" #name ", ...) is not one of " #M); \
        return (M##_pred){ .expr = given_.expr };                                                                                       \
    }
#define ORM__DEFAULT_SCOPE_DECLARE(M, o) ORM__CALL_A(ORM__DEFAULT_SCOPE_DECLARE_, M, ORM__DEFAULT_SCOPE_OF_##o, NOTHING_orm, ~)
#define ORM__DEFAULT_SCOPE_DECLARE_(M, x, what, ...) ORM__DEFAULT_SCOPE_DECLARES_##what(M, ORM__FIRST(__VA_ARGS__))
#define ORM__DEFAULT_SCOPE_DECLARES_NOTHING_orm(M, args)
#define ORM__DEFAULT_SCOPE_DECLARES_CONDITION_orm(M, args)
#define ORM__DEFAULT_SCOPE_DECLARES_FUNCTION_orm(M, args) M##_pred ORM__UNWRAP args(void);
#define ORM__DEFAULT_SCOPE_BIT(M, o) ORM__CALL_A(ORM__DEFAULT_SCOPE_BIT_, ORM__DEFAULT_SCOPE_OF_##o, NOTHING_orm, ~)
#define ORM__DEFAULT_SCOPE_BIT_(x, what, ...) ORM__DEFAULT_SCOPE_BIT_OF_##what
#define ORM__DEFAULT_SCOPE_BIT_OF_NOTHING_orm
#define ORM__DEFAULT_SCOPE_BIT_OF_CONDITION_orm | 1
#define ORM__DEFAULT_SCOPE_BIT_OF_FUNCTION_orm | 1
#define ORM__DEFAULT_SCOPE(M, o) ORM__CALL_A(ORM__DEFAULT_SCOPE_, M, ORM__DEFAULT_SCOPE_OF_##o, NOTHING_orm, ~)
#define ORM__DEFAULT_SCOPE_(M, x, what, ...) ORM__DEFAULT_SCOPE_IS_##what(M, ORM__FIRST(__VA_ARGS__))
#define ORM__DEFAULT_SCOPE_IS_NOTHING_orm(M, args)
#define ORM__DEFAULT_SCOPE_IS_CONDITION_orm(M, args)                                                                                    \
    {                                                                                                                                   \
        _Static_assert(ORM__COUNT args == 1, "orm: " #M ": default_scope(...) takes one condition: join several by orm_and");           \
        __extension__ __auto_type given_ = ORM__FIRST args;                                                                             \
        _Static_assert(__builtin_types_compatible_p(__typeof__(given_), M##_pred), "orm: " #M ": the condition in default_scope(...) is not one of " #M); \
        orm__where(out_, &given_.expr);                                                                                                 \
    }
#define ORM__DEFAULT_SCOPE_IS_FUNCTION_orm(M, args)                                                                                     \
    {                                                                                                                                   \
        const M##_pred given_ = ORM__UNWRAP args();                                                                                     \
        orm__where(out_, &given_.expr);                                                                                                 \
    }
#endif
