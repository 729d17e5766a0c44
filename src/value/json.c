/* json.c - whether a text is JSON (RFC 8259).
 *
 * A value, or the end of what it stands in, is expected; what it stands in is a stack of bits: 1 an object, 0 an array. */
#include <string.h>

#include <kin/types.h>

enum { DEEPEST = 128 };

typedef struct scan {
	const unsigned char *at;
	const unsigned char *end;
	uint64_t             stack[DEEPEST / 64];
	int                  depth;
} scan;

static void skip_space(scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

static bool take(scan *s, char wanted)
{
	if (s->at == s->end || *s->at != (unsigned char)wanted)
		return false;
	s->at++;
	return true;
}

static bool take_word(scan *s, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0)
		return false;
	s->at += length;
	return true;
}

static bool take_digits(scan *s)
{
	const unsigned char *start = s->at;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return s->at > start;
}

static bool take_number(scan *s)
{
	take(s, '-');
	if (!take(s, '0') && !take_digits(s))
		return false;
	if (take(s, '.') && !take_digits(s))
		return false;
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			take(s, '-');
		return take_digits(s);
	}
	return true;
}

/* One character beyond ASCII: the sequences of Unicode's table 3-7, so no surrogates and no longer forms than needed. */
static bool take_utf8(scan *s)
{
	unsigned char first = *s->at++, low = 0x80, high = 0xbf;
	int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;

	if (first < 0xc2 || first > 0xf4 || s->end - s->at < more)
		return false;
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	for (; more > 0; more--, low = 0x80, high = 0xbf) {
		if (*s->at < low || *s->at > high)
			return false;
		s->at++;
	}
	return true;
}

static bool take_escape(scan *s)
{
	if (s->at == s->end)
		return false;
	unsigned char c = *s->at++;
	if (c != 'u')
		return c != '\0' && strchr("\"\\/bfnrt", c);
	if (s->end - s->at < 4)
		return false;
	for (int i = 0; i < 4; i++, s->at++)
		if (!(*s->at >= '0' && *s->at <= '9') && !((*s->at | 0x20) >= 'a' && (*s->at | 0x20) <= 'f'))
			return false;
	return true;
}

static bool take_string(scan *s)
{
	if (!take(s, '"'))
		return false;
	while (s->at < s->end && *s->at != '"') {
		if (*s->at < 0x20)
			return false;
		if (*s->at >= 0x80) {
			if (!take_utf8(s))
				return false;
		} else if (*s->at++ == '\\' && !take_escape(s)) {
			return false;
		}
	}
	return take(s, '"');
}

static void push(scan *s, bool object)
{
	uint64_t bit = UINT64_C(1) << (s->depth % 64);
	s->stack[s->depth / 64] = object ? s->stack[s->depth / 64] | bit : s->stack[s->depth / 64] & ~bit;
	s->depth++;
}

static bool in_object(const scan *s)
{
	return (s->stack[(s->depth - 1) / 64] >> ((s->depth - 1) % 64)) & 1;
}

static bool take_key(scan *s)
{
	skip_space(s);
	if (!take_string(s))
		return false;
	skip_space(s);
	return take(s, ':');
}

/* A scalar, or the beginning of an array or object up to where its first value is expected. *ret_done: a whole value was read. */
static bool take_value(scan *s, bool *ret_done)
{
	*ret_done = true;
	skip_space(s);
	if (s->at == s->end)
		return false;
	bool object = *s->at == '{';
	if (object || *s->at == '[') {
		if (s->depth == DEEPEST)
			return false;
		s->at++;
		skip_space(s);
		if (take(s, object ? '}' : ']'))
			return true;
		*ret_done = false;
		push(s, object);
		return !object || take_key(s);
	}
	if (*s->at == '"')
		return take_string(s);
	return take_word(s, "true") || take_word(s, "false") || take_word(s, "null") || take_number(s);
}

/* Behind a value: what ends there, and the comma that another one follows. */
static bool take_ends(scan *s)
{
	while (s->depth > 0) {
		bool object = in_object(s);
		skip_space(s);
		if (take(s, ','))
			return !object || take_key(s);
		if (!take(s, object ? '}' : ']'))
			return false;
		s->depth--;
	}
	return true;
}

bool kin_json_valid(const char *text, size_t length)
{
	scan s = { .at = (const unsigned char *)text };
	bool done = false;

	if (!text)
		return false;
	s.end = s.at + length;
	do {
		if (!take_value(&s, &done) || (done && !take_ends(&s)))
			return false;
	} while (s.depth > 0);
	skip_space(&s);
	return s.at == s.end;
}
