/* operator.c - the table of operators. */
#include "sql/operator.h"

#include <strings.h>

static const kin_operator operators[] = {
	[KIN_OP_OR]     = { "OR", KIN_LEVEL_OR },
	[KIN_OP_AND]    = { "AND", KIN_LEVEL_AND },
	[KIN_OP_NOT]    = { "NOT", KIN_LEVEL_NOT },
	[KIN_OP_EQ]     = { "=", KIN_LEVEL_COMPARE },
	[KIN_OP_NE]     = { "<>", KIN_LEVEL_COMPARE },
	[KIN_OP_LT]     = { "<", KIN_LEVEL_COMPARE },
	[KIN_OP_LE]     = { "<=", KIN_LEVEL_COMPARE },
	[KIN_OP_GT]     = { ">", KIN_LEVEL_COMPARE },
	[KIN_OP_GE]     = { ">=", KIN_LEVEL_COMPARE },
	[KIN_OP_CONCAT] = { "||", KIN_LEVEL_CONCAT },
	[KIN_OP_ADD]    = { "+", KIN_LEVEL_ADD },
	[KIN_OP_SUB]    = { "-", KIN_LEVEL_ADD },
	[KIN_OP_MUL]    = { "*", KIN_LEVEL_MUL },
	[KIN_OP_DIV]    = { "/", KIN_LEVEL_MUL },
	[KIN_OP_MOD]    = { "%", KIN_LEVEL_MUL },
	[KIN_OP_BIT_AND]     = { "&", KIN_LEVEL_BIT },
	[KIN_OP_BIT_OR]      = { "|", KIN_LEVEL_BIT },
	[KIN_OP_SHIFT_LEFT]  = { "<<", KIN_LEVEL_BIT },
	[KIN_OP_SHIFT_RIGHT] = { ">>", KIN_LEVEL_BIT },
	[KIN_OP_BIT_NOT]     = { "~", KIN_LEVEL_NEG },
	[KIN_OP_NEG]    = { "-", KIN_LEVEL_NEG },
};

const kin_operator *kin_operator_get(kin_op op)
{
	return &operators[op];
}

static bool is(const char *word, const char *text, size_t length)
{
	return strlen(word) == length && strncasecmp(word, text, length) == 0;
}

kin_op kin_operator_find(kin_level level, const char *text, size_t length)
{
	for (kin_op op = KIN_OP_OR; op < KIN_OP_NEG; op++)
		if (op != KIN_OP_NOT && operators[op].level == level && is(operators[op].text, text, length))
			return op;
	if (level == KIN_LEVEL_COMPARE && is("==", text, length))
		return KIN_OP_EQ;
	if (level == KIN_LEVEL_COMPARE && is("!=", text, length))
		return KIN_OP_NE;
	return KIN_OP_NONE;
}
