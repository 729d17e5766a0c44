/* streets.c - what streets are called: a name, and the kind of street it is. */
#include "fake/words.h"

static const char *const names[] = {
	"Adams", "Ash", "Aspen", "Birch", "Bridge", "Cambridge", "Canal", "Cedar", "Center",
	"Cherry", "Chestnut", "Church", "Clay", "Clinton", "College", "Columbus", "Cottage",
	"Country Club", "Court", "Cypress", "Deer Path", "Devon", "Dogwood", "Douglas", "East",
	"Eighth", "Elm", "Essex", "Fifth", "First", "Forest", "Fourth", "Fox Run", "Franklin",
	"Front", "Garden", "Grant", "Hamilton", "Harbor", "Harrison", "Hawthorn", "Hickory",
	"Highland", "Hill", "Jackson", "Jefferson", "Juniper", "Lafayette", "Lake", "Laurel",
	"Liberty", "Lincoln", "Locust", "Madison", "Magnolia", "Main", "Maple", "Market", "Meadow",
	"Mill", "Monroe", "Ninth", "North", "Oak", "Ocean", "Old Mill", "Orchard", "Oxford",
	"Park", "Pine", "Pleasant", "Poplar", "Prospect", "Quail Hollow", "Ridge", "River",
	"Rolling Hills", "School", "Second", "Seventh", "Sheridan", "Sherman", "Silver Lake",
	"Sixth", "South", "Spring", "Spruce", "State", "Stone Gate", "Summit", "Sunset",
	"Sycamore", "Taylor", "Tenth", "Third", "Union", "Valley", "View", "Walnut", "Warren",
	"Washington", "Water", "West", "Willow", "Winding Creek", "Windsor", "York",
};
const kin_words kin_street_names = KIN_WORDS(names);

static const char *const kinds[] = {
	"Avenue", "Boulevard", "Circle", "Court", "Drive", "Lane", "Place", "Road", "Street", "Terrace", "Trail", "Way",
};
const kin_words kin_street_kinds = KIN_WORDS(kinds);
