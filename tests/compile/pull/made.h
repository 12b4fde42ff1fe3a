/* Models of every type and rule: what is made of them is read as the same tables. */
#ifndef MADE_H
#define MADE_H
#include "orm.h"

#define Level_VALUES(X) X(low) X(in_between, "in between") X(high)
ORM_ENUM(Level)
ORM_BITS(Level)
#define Owner_FIELDS(X) \
    X(id, serial) X(name, string(40), unique, length(2, 40)) X(code, char(4), not_empty) X(level, enumeration(Level), default(Level_in_between)) \
    X(small, smallint, at_least(0)) X(whole, integer, nullable, default(7), between(-10, 1000)) X(wide, bigint, one_of(1, 2, 4)) \
    X(part, real, nullable, default(0.5f)) X(ratio, double, at_most(1.5)) X(on_, boolean, default(true)) X(note, text, one_of("a", "it's"), default("it's")) \
    X(raw, blob, nullable) X(born, date, nullable) X(wakes, time, nullable) X(seen, timestamp, indexed) X(token, uuid) X(extra, json, default("{}")) \
    X(more, jsonb, nullable) X(home, inet, nullable) X(stay, interval, nullable) X(levels, bits(Level), indexed) X(tags, array(text)) X(price, decimal(8, 2)) X(sum, decimal(30, 4), nullable) \
    X(thing_count, bigint, counter_of(things)) X(things, has_many(Thing, owner_id))
ORM_MODEL(Owner, owners, index(small, desc(wide), where("wide > 1")), unique(sql("lower(note)")), check(sane, "small < 100"), comment("who owns"))
#define Thing_FIELDS(X) \
    X(id, serial) X(owner_id, key(Owner), nullable, on_delete(cascade)) X(other_id, key(Owner), on_delete(restrict), on_update(cascade), unique) X(level, enumeration(Level)) \
    X(owner, belongs_to(Owner, owner_id))
ORM_MODEL(Thing, things, index(owner_id, level))
#define Place_FIELDS(X) X(house, string(10), primary_key) X(room, integer, primary_key) X(size, double, nullable)
ORM_MODEL(Place, places)
#define Visit_FIELDS(X) \
    X(id, serial) X(house, string(10), nullable) X(room, integer, nullable) X(owner_name, string(40), references(Owner, name), on_update(cascade)) \
    X(place, belongs_to(Place, (house, room), on_delete(set_null)))
ORM_MODEL(Visit, visits)
#define Pulled_MODELS(X) X(Owner) X(Thing) X(Place) X(Visit)
ORM_SCHEMA(Pulled)
#endif
