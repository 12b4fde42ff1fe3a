// C++ that calls the C part of its program: the declarations of both languages agree.
#include "orm.h"

int main()
{
    orm_time moment = 0;
    char text[ORM_TIME_SIZE];
    if (!orm_time_parse("2026-11-20T09:08:07Z", &moment)) return 1;
    orm_time_text(moment, text);
    orm_close(nullptr);
    return text[0] == '2' && orm_error()->kind == ORM_OK ? 0 : 1;
}
