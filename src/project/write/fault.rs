//! Ends the program between two steps of writing, for tests.

/// Marks a step of writing. In debug builds, two environment variables contain the number of a step: at
/// `FVPROV_DIE_AT_STEP`, the program ends as if it was killed; at `FVPROV_SIGNAL_AT_STEP`, it receives a
/// SIGTERM.
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
