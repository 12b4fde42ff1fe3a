/* Hashes of passwords, for the field of the model: the ORM calls password_hash and password_verify, which ORM_MODEL declares. */
#ifndef PASSWORD_H
#define PASSWORD_H

/* Takes as long as password_verify. */
void password_waste(const char *plain);
#endif
