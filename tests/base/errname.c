#include <kin/error.h>

#include "harness/harness.h"

TEST(codes_have_their_names)
{
	CHECK_TEXT(kin_errname(KIN_OK), "KIN_OK");
	CHECK_TEXT(kin_errname(KIN_ENOMEM), "KIN_ENOMEM");
	CHECK_TEXT(kin_errname(KIN_EBUSY), "KIN_EBUSY");
	CHECK_TEXT(kin_errname(KIN_EDIFFERENT), "KIN_EDIFFERENT");
}

TEST(numbers_that_are_no_codes_are_unknown)
{
	CHECK_TEXT(kin_errname(1), "unknown");
	CHECK_TEXT(kin_errname(-999), "unknown");
	CHECK_TEXT(kin_errname(-1000), "unknown");
	CHECK_TEXT(kin_errname(INT32_MIN), "unknown");
}

/* The header is read, so that a code added there cannot be forgotten here. */
TEST(every_code_of_the_header_has_its_name)
{
	FILE *header = fopen("include/kin/error.h", "r");
	char line[256], name[64] = "KIN_";
	int code, count = 0;

	CHECK(header);
	while (fgets(line, sizeof(line), header)) {
		if (sscanf(line, " KIN_%59[A-Z] = %d", name + 4, &code) != 2)
			continue;
		CHECK_TEXT(kin_errname(code), name);
		count++;
	}
	fclose(header);
	CHECK(count > 30);
}
