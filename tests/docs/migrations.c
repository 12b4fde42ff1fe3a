#define Post_FIELDS(X) X(id, serial) X(title, text) X(slug, text, nullable)
ORM_MODEL(Post, posts)

#define Blog_MODELS(X) X(Post)
ORM_SCHEMA(Blog)
