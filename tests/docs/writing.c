#define State_VALUES(X) X(waiting) X(running)
ORM_ENUM(State)

#define Hit_FIELDS(X) X(id, serial) X(page, string(80)) X(day, date) X(n, integer, default(1)) X(seen_at, timestamp)
ORM_MODEL(Hit, hits, unique(page, day))

#define Job_FIELDS(X) X(id, serial) X(state, enumeration(State), default(State_waiting)) X(priority, integer, default(0)) X(attempts, integer, default(0)) X(taken_at, timestamp, nullable)
ORM_MODEL(Job, jobs)

#define Post_FIELDS(X) X(id, serial) X(title, text) X(created_at, created_at)
ORM_MODEL(Post, posts)

#define Archive_FIELDS(X) X(id, serial) X(title, text) X(reason, text)
ORM_MODEL(Archive, archive)

#define App_MODELS(X) X(Hit) X(Job) X(Post) X(Archive)
ORM_SCHEMA(App)

static orm_db *db;
static Hit hit;
static int64_t created;
static orm_time old;
