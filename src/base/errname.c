/* errname.c - the codes' names. */
#include <kin/error.h>

#define NAME(code) [-(code)] = #code

static const char *const names[] = {
	NAME(KIN_OK),       NAME(KIN_ENOMEM),     NAME(KIN_EINVAL),     NAME(KIN_EMAPPING),  NAME(KIN_EQUERY),
	NAME(KIN_EDETACHED), NAME(KIN_ENOTFOUND), NAME(KIN_EMULTIPLE),  NAME(KIN_ESTALE),    NAME(KIN_ECYCLE),
	NAME(KIN_ENOTNULL), NAME(KIN_EUNIQUE),    NAME(KIN_EFOREIGN),   NAME(KIN_ECHECK),    NAME(KIN_ELENGTH),
	NAME(KIN_ERANGE),   NAME(KIN_EVALUE),     NAME(KIN_EBUSY),      NAME(KIN_EREADONLY), NAME(KIN_EFULL),
	NAME(KIN_ENOTADB),  NAME(KIN_ECANTOPEN),  NAME(KIN_EAUTH),      NAME(KIN_ENOTABLE),  NAME(KIN_ESYNTAX),
	NAME(KIN_ESERIALIZE), NAME(KIN_ECONNECTION), NAME(KIN_EUNKNOWN), NAME(KIN_EINTERRUPT), NAME(KIN_ETOOMANY),
	NAME(KIN_EUNSUPPORTED), NAME(KIN_EDB),
	NAME(KIN_EIO),      NAME(KIN_EEXISTS),    NAME(KIN_ECONFIG),    NAME(KIN_EREVISION), NAME(KIN_EBUILD),
	NAME(KIN_EUSAGE),   NAME(KIN_EDIFFERENT),
};

const char *kin_errname(int code)
{
	const int count = sizeof(names) / sizeof(names[0]);

	return code <= 0 && code > -count && names[-code] ? names[-code] : "unknown";
}
