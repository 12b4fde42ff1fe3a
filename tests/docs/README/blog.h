#include "orm.h"
#define Post_FIELDS(X) X(id, serial) X(title, text)
ORM_MODEL(Post, posts)
#define Blog_MODELS(X) X(Post)
ORM_SCHEMA(Blog)
