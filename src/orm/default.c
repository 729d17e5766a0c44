/* default.c - what new rows are commonly given by the program. */
#include <kin/model.h>

kin_value kin_default_uuid(void)
{
	return kin_value_uuid(kin_uuid_v7());
}

kin_value kin_default_now(void)
{
	return kin_value_timestamp(kin_now());
}
