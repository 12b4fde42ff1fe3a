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

#define Tag_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(Tag, tags)

#define PostTag_FIELDS(X) X(post_id, key(Post), primary_key) X(tag_id, key(Tag), primary_key)
ORM_MODEL(PostTag, post_tags)

#define App_MODELS(X) X(Hit) X(Job) X(Post) X(Archive) X(Tag) X(PostTag)
ORM_SCHEMA(App)

static orm_db *db;
static Hit hit;
static int64_t created;
static orm_time old;
static Post post;
static int64_t tag;
