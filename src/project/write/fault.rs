//! Ends the program between two write steps, for tests.

/// Marks a write step. In debug builds, two environment variables can contain a step number: at step
/// `FVPROV_DIE_AT_STEP`, the program ends as if it had been killed; at step `FVPROV_SIGNAL_AT_STEP`, it
/// receives SIGTERM.
pub fn step() {
    #[cfg(debug_assertions)]
    {
        use std::sync::atomic::{AtomicUsize, Ordering};

        static STEPS: AtomicUsize = AtomicUsize::new(0);
        let step = STEPS.fetch_add(1, Ordering::Relaxed) + 1;
        if step_in("FVPROV_DIE_AT_STEP") == Some(step) {
            std::process::abort();
        }
        #[cfg(unix)]
        if step_in("FVPROV_SIGNAL_AT_STEP") == Some(step) {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
        }
    }
}

/// The step number in an environment variable.
#[cfg(debug_assertions)]
fn step_in(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}
