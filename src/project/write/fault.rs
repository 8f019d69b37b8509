//! Ends the program between two steps of writing, for tests.

/// Marks a step of writing. In debug builds, the environment variable `FVPROV_DIE_AT_STEP` contains the number of a step at
/// which the program ends as if it was killed, and `FVPROV_SIGNAL_AT_STEP` that of a step at which it gets a SIGTERM.
pub fn step() {
    #[cfg(debug_assertions)]
    {
        use std::sync::atomic::{AtomicUsize, Ordering};

        static STEPS: AtomicUsize = AtomicUsize::new(0);
        let step = STEPS.fetch_add(1, Ordering::Relaxed) + 1;
        let is_now = |name: &str| std::env::var(name).is_ok_and(|number| number.parse() == Ok(step));
        if is_now("FVPROV_DIE_AT_STEP") {
            std::process::abort();
        }
        #[cfg(unix)]
        if is_now("FVPROV_SIGNAL_AT_STEP") {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
        }
    }
}
