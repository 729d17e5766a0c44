/* fake.c - `kin fake name`: fake data on the command line. */
#include "cli/commands.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "fake/fake.h"
#include "value/show.h"

typedef const char *text_fn(kin_fake *fake);

static const char *integer(kin_fake *fake)
{
	return kin_compose(fake, "%" PRId64, kin_fake_integer(fake, 0, 9999));
}

static const char *date(kin_fake *fake)
{
	char text[KIN_SHOW_DATE];
	kin_date d = kin_fake_date(fake, kin_date_of(1970, 1, 1), kin_today());

	kin_show_date(text, KIN_KIND_DATE, d.days);
	return kin_compose(fake, "%s", text);
}

static const struct provider {
	const char *name;
	text_fn    *make;
} providers[] = {
	{ "address", kin_fake_address },       { "city", kin_fake_city },
	{ "country", kin_fake_country },       { "date", date },
	{ "email", kin_fake_email },           { "first_name", kin_fake_first_name },
	{ "integer", integer },                { "last_name", kin_fake_last_name },
	{ "name", kin_fake_name },             { "phone", kin_fake_phone },
	{ "sentence", kin_fake_sentence },     { "state", kin_fake_state },
	{ "street", kin_fake_street },         { "word", kin_fake_word },
	{ "zipcode", kin_fake_zipcode },
};

enum { PROVIDERS = sizeof(providers) / sizeof(providers[0]) };

static void *allocate(void *memory, size_t size)
{
	return kin_arena_alloc(memory, size);
}

static const struct provider *find(const char *name)
{
	for (size_t i = 0; i < PROVIDERS; i++)
		if (strcmp(providers[i].name, name) == 0)
			return &providers[i];
	return NULL;
}

static int unknown(kin_cli *cli, const char *name)
{
	const char *names[PROVIDERS];

	for (size_t i = 0; i < PROVIDERS; i++)
		names[i] = providers[i].name;
	const char *near = kin_text_nearest(name, names, PROVIDERS);
	return near ? kin_cli_usage(cli, "there is no fake '%s'; did you mean '%s'?", name, near)
	            : kin_cli_usage(cli, "there is no fake '%s'; `kin fake` lists them", name);
}

static bool read_number(const char *text, uint64_t most, uint64_t *ret)
{
	char *end;

	if (!text)
		return true;
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return *end == '\0' && errno == 0 && *ret <= most;
}

static bool print_one_each(kin_fake *fake)
{
	for (size_t i = 0; i < PROVIDERS; i++) {
		const char *text = providers[i].make(fake);
		if (!text)
			return false;
		printf("%-12s %s\n", providers[i].name, text);
	}
	return true;
}

static bool print_many(kin_fake *fake, const struct provider *provider, uint64_t count, const char *separator)
{
	for (uint64_t i = 0; i < count; i++) {
		const char *text = provider->make(fake);
		if (!text)
			return false;
		fputs(text, stdout);
		fputs(separator, stdout);
		kin_arena_clear(fake->memory);
	}
	return true;
}

static int run(kin_cli *cli)
{
	uint64_t repeat = 1, seed = kin_clock_random();
	const char *separator = kin_cli_option(cli, "separator"), *locale = kin_cli_option(cli, "locale");
	kin_arena strings = { 0 };
	kin_fake fake = { .alloc = allocate, .memory = &strings };

	if (!read_number(kin_cli_option(cli, "repeat"), 100000000, &repeat))
		return kin_cli_usage(cli, "--repeat takes a number up to 100000000, not '%s'", kin_cli_option(cli, "repeat"));
	if (!read_number(kin_cli_option(cli, "seed"), UINT64_MAX, &seed))
		return kin_cli_usage(cli, "--seed takes a number, not '%s'", kin_cli_option(cli, "seed"));
	if (locale && strcmp(locale, "en_US") != 0)
		return kin_cli_usage(cli, "there is no locale '%s' yet; there is en_US", locale);
	kin_rng_seed(&fake.rng, seed);
	const struct provider *provider = cli->argc > 0 ? find(cli->argv[0]) : NULL;
	if (cli->argc > 0 && !provider)
		return unknown(cli, cli->argv[0]);
	bool ok = provider ? print_many(&fake, provider, repeat, separator ? separator : "\n") : print_one_each(&fake);
	kin_arena_done(&strings);
	return ok ? 0 : (kin_error_nomem(&cli->error), kin_cli_fail(cli));
}

static const kin_option options[] = {
	{ "repeat", 'r', "N", "So many (default: 1)" },
	{ "locale", 'l', "LOCALE", "en_US" },
	{ "separator", 's', "TEXT", "After each (default: a new line)" },
	{ "seed", 0, "N", "The same seed gives the same data" },
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_fake_command = {
	.name = "fake",
	.usage = "[WHAT]",
	.summary = "Print fake data; without WHAT, one of each kind",
	.details = "  kin fake name -r 10",
	.options = options,
	.max_arguments = 1,
	.run = run,
};
