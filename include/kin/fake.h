/* fake.h - plausible data for development and tests.
 *
 * The same seed gives the same data, on every machine. Strings live as long as the session. */
#ifndef KIN_FAKE_H
#define KIN_FAKE_H

#include <kin/session.h>
#include <kin/types.h>

KIN_BEGIN_DECLS

typedef struct kin_fake kin_fake;

/** A source of fake data in the session's memory, seeded at random; NULL after an error. */
KIN_API kin_fake *kin_fake_new(kin_session *session);
/** From here on the data is the one that belongs to this seed. */
KIN_API void kin_fake_seed(kin_fake *fake, uint64_t seed);

/** Text in the session's memory; NULL when `fake` is, or memory is out. */
KIN_API const char *kin_fake_name(kin_fake *fake);       /* "Norma Fisher" */
KIN_API const char *kin_fake_first_name(kin_fake *fake);
KIN_API const char *kin_fake_last_name(kin_fake *fake);
KIN_API const char *kin_fake_email(kin_fake *fake);      /* at example.com, .net or .org */
KIN_API const char *kin_fake_phone(kin_fake *fake);      /* in the range kept for fiction: 555-01xx */
KIN_API const char *kin_fake_word(kin_fake *fake);
KIN_API const char *kin_fake_sentence(kin_fake *fake);
KIN_API const char *kin_fake_street(kin_fake *fake);     /* "742 Maple Street" */
KIN_API const char *kin_fake_city(kin_fake *fake);
KIN_API const char *kin_fake_state(kin_fake *fake);
KIN_API const char *kin_fake_zipcode(kin_fake *fake);
KIN_API const char *kin_fake_country(kin_fake *fake);
KIN_API const char *kin_fake_address(kin_fake *fake);    /* street, city, state and zip code on one line */
/** A number from low to high, both included; in either order. */
KIN_API int64_t kin_fake_integer(kin_fake *fake, int64_t low, int64_t high);
/** A day from first to last, both included; in either order. */
KIN_API kin_date kin_fake_date(kin_fake *fake, kin_date first, kin_date last);
KIN_API bool kin_fake_bool(kin_fake *fake);
/** A number at least 0 and below 1. */
KIN_API double kin_fake_double(kin_fake *fake);
/** An index below count; 0 when fake is NULL or count is 0. */
KIN_API size_t kin_fake_index(kin_fake *fake, size_t count);

KIN_END_DECLS

#ifndef __cplusplus

/** One of an array's items: kin_fake_choice(fake, species). A pointer in its place does not compile. */
#define kin_fake_choice(fake, array) \
	((array)[kin_fake_index((fake), sizeof(array) / sizeof((array)[0]) + \
	         0 * sizeof(struct { int array_expected : __builtin_types_compatible_p( \
	                 __typeof__(array), __typeof__(&(array)[0])) ? -1 : 1; }))])

#endif /* __cplusplus */

#endif
