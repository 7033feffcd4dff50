#ifndef CONDITIONS_H
#define CONDITIONS_H

/*
 * conditions - does an entry hold, if its list says for whom, for what, and
 * until when?
 */

#include <stdbool.h>

#include "match/matcher.h"
#include "match/rules.h"

/**
 * conditions_hold(note, q, match):
 * Does the entry of ${match}, as ${note} has it, hold for ${q}?
 */
bool conditions_hold(const struct matcher_note *note,
    const struct rules_question *q, const struct match *match);

#endif /* !CONDITIONS_H */
