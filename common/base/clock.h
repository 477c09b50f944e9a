/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_CLOCK_H
#define GA2_BASE_CLOCK_H
/* The time while something takes long: it begins at a given moment and only goes forward, whatever is done to the
 * machine's clock meanwhile. */
#include <apr_time.h>
#include <time.h>

/* A right that one of all processes has is held for this long, and renewed by its holder when less than HOLD_LEAST of
 * it is left. Whoever is killed over it is in nobody's way for longer. */
#define GA2_HOLD apr_time_from_sec(5)
#define GA2_HOLD_LEAST apr_time_from_msec(3500)

typedef struct ga2_clock { apr_time_t began, steady; } ga2_clock_t;

static inline apr_time_t ga2_clock_steady(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return apr_time_from_sec((apr_time_t)t.tv_sec) + t.tv_nsec / 1000;
}

static inline ga2_clock_t ga2_clock_from(apr_time_t now) { return (ga2_clock_t){ now, ga2_clock_steady() }; }

static inline apr_time_t ga2_clock_now(const ga2_clock_t *c) { return c->began + (ga2_clock_steady() - c->steady); }
#endif
