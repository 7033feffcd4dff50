#include "frontend/rules_swap.h"

#include <urcu/urcu-qsbr.h>

/* ThreadSanitizer does not see what liburcu orders: tell it. */
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#define DONE_READING(s) __tsan_release(s)
#define ALL_ARE_DONE(s) __tsan_acquire(s)
#else
#define DONE_READING(s) (void)(s)
#define ALL_ARE_DONE(s) (void)(s)
#endif

void
rules_swap_init(struct rules_swap *s, struct rules *rules)
{
	atomic_init(&s->now, rules);
}

void
rules_swap_enter(void)
{
	urcu_qsbr_register_thread();
}

void
rules_swap_leave(void)
{
	urcu_qsbr_unregister_thread();
}

const struct rules *
rules_swap_take(struct rules_swap *s)
{
	DONE_READING(s);
	/* Before the load: what is published later waits for our next take. */
	urcu_qsbr_quiescent_state();
	return atomic_load_explicit(&s->now, memory_order_acquire);
}

struct rules *
rules_swap_put(struct rules_swap *s, struct rules *rules)
{
	struct rules *former = atomic_exchange_explicit(&s->now, rules,
	    memory_order_acq_rel);

	urcu_qsbr_synchronize_rcu();
	ALL_ARE_DONE(s);
	return former;
}
