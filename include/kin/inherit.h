/* inherit.h - models that inherit from others: a struct whose first member is the parent's struct.
 *
 *     struct Employee { int64_t id; const char *kind; const char *name; };
 *     struct Manager  { Employee employee; kin_nullable(int32_t) reports; };
 *     struct Engineer { Employee employee; const char *language; };
 *
 *     KIN_MODEL(Employee, "employees") { kin_column(id, .primary_key = true); kin_column(kind); kin_column(name); kin_discriminator(kind); }
 *     KIN_MODEL(Manager, "employees")  { kin_inherits(employee, Employee); kin_column(reports); }
 *     KIN_MODEL(Engineer, "engineers") { kin_inherits(employee, Employee); kin_column(language); }
 *
 * Manager names the parent's table: its columns are there, and NULL in rows of other models (single-table). Engineer names one of its own:
 * that has its columns and the parent's key, which is also a foreign key to the parent's table, ON DELETE CASCADE (joined-table). Both go
 * together, and as deep as one likes.
 *
 * A query over Employee brings each object as the struct that its row says, whole; &manager->employee is a manager as an Employee, and
 * kin_as(Manager, employee) the way back. There is one object for a row, whichever model it is asked by. The parent's columns and
 * relationships are used in queries over Manager as its own ("name = ?"), and in C by their path (manager->employee.name). Relationships
 * lead to and from any of the models.
 *
 * A family of many tables is not joined well: then those that are said to (`selectin`, or .load = KIN_SELECTIN for every query) are asked for after
 * the rows, by the keys of the objects that have something there, 500 to a statement; of a table where none of them has, nothing is asked. The
 * objects are whole all the same. `with joined Engineer` is the other way round; `for update` joins always, for the rows it locks are those that it
 * reads. Of a relationship's target it is `with selectin people.Engineer`, and what only one of the models has comes by its name too:
 * `with Engineer.laptops`, `with people.Engineer.laptops`.
 *
 *     kin_all(s, Employee)    SELECT employees.…, employees.reports, engineers.language FROM employees
 *                             LEFT OUTER JOIN engineers ON employees.id = engineers.id
 *     kin_all(s, Employee, "with selectin Engineer")
 *                             SELECT employees.…, employees.reports FROM employees
 *                             SELECT engineers.id, engineers.language FROM engineers WHERE engineers.id IN (?, …)
 *     kin_all(s, Manager)     SELECT employees.… FROM employees WHERE employees.kind IN ('manager')
 *     kin_all(s, Engineer)    SELECT employees.…, engineers.language FROM employees JOIN engineers ON employees.id = engineers.id
 *     a new Engineer          INSERT INTO employees …, INSERT INTO engineers …: as many rows at once as of any model
 *     a changed one           UPDATE of the tables whose columns changed
 *     kin_delete()            DELETE FROM engineers …, DELETE FROM employees …
 *     kin_update(s, Engineer, …)        UPDATE of one of the tables, WHERE id IN (SELECT …)
 *     kin_delete_where(s, Engineer, …)  DELETE FROM employees WHERE id IN (SELECT …): the database deletes the engineers' rows with them
 */
#ifndef KIN_INHERIT_H
#define KIN_INHERIT_H

#include <kin/model.h>

KIN_BEGIN_DECLS

/** The options of kin_discriminator() and kin_inherits(), about the rows of the model that has the line. */
typedef struct kin_inherit_options {
	const char *identity; /* what its rows have in the discriminator; NULL: the model's name, part_time for PartTime. Of an integer: "2" */
	bool        abstract; /* there are no rows of it, only of models that inherit from it */
	kin_lazy    load;     /* how tables of its own come, its and those of models that inherit from it, where a model above it is asked for: KIN_JOINED (the
	                       * usual) or KIN_SELECTIN. Of kin_discriminator(): those of the whole family */
} kin_inherit_options;

KIN_API void kin_map_discriminator(kin_mapper *mapper, const char *member, const kin_inherit_options *options, const char *file, int line);
KIN_API void kin_map_inherits(kin_mapper *mapper, const char *member, kin_model *parent, const kin_inherit_options *options,
                              const char *file, int line);

KIN_END_DECLS

#ifndef __cplusplus

/**
 * kin_discriminator(kind): this column says of which model a row is: a text, a char[N], an enum or an integer. kin sets it when an object
 * is made, and nobody changes it. A row whose value is no model's is an error that names both.
 */
#define kin_discriminator(member, ...) \
	((void)sizeof(kin_self_->member), \
	 kin_map_discriminator(kin_mapper_, #member, __extension__ &(const kin_inherit_options){ __VA_ARGS__ }, __FILE__, __LINE__))

/**
 * kin_inherits(employee, Employee): the model is an Employee with more members; `employee` is the struct's first. Its table is the
 * parent's, or one of its own. The key, the discriminator, and a kin_version() are the parent's.
 *
 * In the parent's table its columns are nullable, whatever the members are; .nullable = false with a .default_sql is NOT NULL.
 */
#define kin_inherits(member, Parent, ...) \
	do { \
		_Static_assert(__builtin_types_compatible_p(__typeof__(kin_self_->member), Parent), \
		               "the member '" #member "' is not a " #Parent); \
		_Static_assert(__builtin_offsetof(__typeof__(*kin_self_), member) == 0, \
		               "the member '" #member "' is not the first of the struct, as what is inherited from must be"); \
		kin_map_inherits(kin_mapper_, #member, &Parent##_model, \
		                 __extension__ &(const kin_inherit_options){ __VA_ARGS__ }, __FILE__, __LINE__); \
	} while (0)

#endif /* __cplusplus */

#endif
