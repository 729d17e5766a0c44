#!/bin/sh
# manual.sh - tools/manual makes a page of a header, and every public function and macro is on one.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check WHAT COMMAND…
check()
{
	what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $what"
	fi
}

cat >"$work/lamp.h" <<'EOF'
/* lamp.h - lamps that are lit and put out.
 *
 * A lamp belongs to whoever made it:
 *
 *     kin_lamp *lamp = kin_lamp_new();
 *
 * and is freed by kin_lamp_free(). */
#ifndef KIN_LAMP_H
#define KIN_LAMP_H

/** A colour. */
typedef enum kin_colour {
	KIN_RED, /* as a rose */
	KIN_BLUE,
} kin_colour;

/**
 * Light it, and wait:
 * - at once, or
 * - a moment later.
 * @return KIN_OK, or what kin_errcode() says.
 */
KIN_API int kin_lamp_light(kin_lamp *lamp, const char *why,
                           double seconds);
KIN_API int kin_lamp_light_all(void);

/* Under the macro. */
KIN_API void kin_lamp_out_at(kin_lamp *lamp, int line);

/** Put it out: kin_out(lamp). */
#define kin_out(lamp, ...) \
	kin_lamp_out_at((lamp), \
	                __LINE__)
#endif
EOF
cat >"$work/expected" <<'EOF'
.TH KIN_LAMP 3 "" "kin 1.2" "kin"
.SH NAME
kin_lamp \- lamps that are lit and put out
.SH SYNOPSIS
.B #include <kin.h>
.SH DESCRIPTION
lamps that are lit and put out.
.PP
A lamp belongs to whoever made it:
.PP
.PP
.nf
.RS 4
kin_lamp *lamp = kin_lamp_new();
.RE
.fi
.PP
and is freed by \fBkin_lamp_free\fP().
.SH INTERFACE
.SS "kin_colour"
.nf
.B "\&typedef enum kin_colour {"
.B "\&    KIN_RED, /* as a rose */"
.B "\&    KIN_BLUE,"
.B "\&} kin_colour;"
.fi
.PP
A colour.
.SS "kin_lamp_light, kin_lamp_light_all"
.nf
.B "\&int kin_lamp_light(kin_lamp *lamp, const char *why, double seconds);"
.B "\&int kin_lamp_light_all(void);"
.fi
.PP
Light it, and wait:
.IP \(bu 2
at once, or
.IP \(bu 2
a moment later.
Returns KIN_OK, or what \fBkin_errcode\fP() says.
.SS "kin_out"
.nf
.B "\&kin_out(lamp, ...)"
.fi
.PP
Put it out: kin_out(lamp).
.SH SEE ALSO
.BR kin (1)
EOF
tools/manual "$work/pages" 1.2 "$work/lamp.h"
check 'a header becomes a page' diff "$work/expected" "$work/pages/kin_lamp.3"
check 'each name leads to it' test "$(cat "$work/pages/kin_out.3")" = '.so man3/kin_lamp.3'
check 'what is under a macro has none' test ! -e "$work/pages/kin_lamp_out_at.3"

# Of functions, those that macros call are told by their names.
names()
{
	grep -ohE '^#define kin_[a-z_0-9]+\(' include/kin/*.h | sed 's/#define //; s/(//' | grep -v '_$'
	grep -ohE '^KIN_API .*' include/kin/*.h | grep -oE 'kin_[a-z_0-9]+\(' | sed 's/(//' |
		grep -vE '^kin_(map|site|session|app_register|model_register|sites_register|object_as|unsaved_next|query_(get_first|list|page|where))'
}
tools/manual "$work/all" 1 include/kin/*.h
for name in $(names | sort -u); do
	check "$name() has a /** comment */" test -e "$work/all/$name.3"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
