/* The models of the guide in docs/: who works on what. Each page of the guide uses them. */
#ifndef TRACKER_H
#define TRACKER_H
#include "../orm.h"

#define State_VALUES(X) X(open) X(doing) X(done)
ORM_ENUM(State)

#define Member_FIELDS(X)                                                                            \
    X(id,         serial)                                                                           \
    X(name,       string(80), length(1, 80), normalize(trim, collapse))                             \
    X(email,      string(255), unique("has an account already"), email, normalize(trim, lowercase)) \
    X(api_key,    string(64), nullable, secret)                                                     \
    X(tasks,      has_many(Task, assignee_id, order(orm_asc(Task_.id))))                            \
    X(open_tasks, count_of(tasks, where(orm_ne(Task_.state, State_done))))                          \
    X(joined_at,  created_at)
ORM_MODEL(Member, members)

#define Project_FIELDS(X)                                                                           \
    X(id,         serial)                                                                           \
    X(name,       string(120), not_empty, unique)                                                   \
    X(budget,     decimal(10, 2), at_least(0))                                                      \
    X(starts,     date, nullable)                                                                   \
    X(tasks,      has_many(Task, project_id, order(orm_asc(Task_.id))))
ORM_MODEL(Project, projects)

#define Task_FIELDS(X)                                                                              \
    X(id,          serial)                                                                          \
    X(project_id,  key(Project), on_delete(cascade), indexed)                                       \
    X(project,     belongs_to(Project, project_id))                                                 \
    X(assignee_id, key(Member), nullable, on_delete(set_null), indexed)                             \
    X(assignee,    belongs_to(Member, assignee_id))                                                 \
    X(title,       string(200), not_empty)                                                          \
    X(notes,       text, nullable)                                                                  \
    X(state,       enumeration(State), default(State_open))                                         \
    X(points,      smallint, default(1), between(0, 100))                                           \
    X(due,         date, nullable)                                                                  \
    X(labels,      many_to_many(Label, TaskLabel, task_id, label_id, order(orm_asc(Label_.name))))  \
    X(comments,    has_many(Comment, task_id, order(orm_asc(Comment_.id))))                         \
    X(version,     version)                                                                         \
    X(created_at,  created_at)                                                                      \
    X(updated_at,  updated_at)
ORM_MODEL(Task, tasks, index(state, due), unique(project_id, title))

#define Comment_FIELDS(X)                                                                           \
    X(id,         serial)                                                                           \
    X(task_id,    key(Task), on_delete(cascade), indexed)                                           \
    X(author_id,  key(Member), indexed)                                                             \
    X(author,     belongs_to(Member, author_id))                                                    \
    X(body,       text, not_empty)                                                                  \
    X(written_at, created_at)
ORM_MODEL(Comment, comments)

#define Label_FIELDS(X)                                                                             \
    X(id,         serial)                                                                           \
    X(name,       string(40), unique, slug)
ORM_MODEL(Label, labels)

#define TaskLabel_FIELDS(X)                                                                         \
    X(task_id,    key(Task), primary_key, on_delete(cascade))                                       \
    X(label_id,   key(Label), primary_key, on_delete(cascade), indexed)
ORM_MODEL(TaskLabel, task_labels)

#define Tracker_MODELS(X) X(Member) X(Project) X(Task) X(Comment) X(Label) X(TaskLabel)
ORM_SCHEMA(Tracker)
#endif
