//! `serve --pnp`: responds to phones that search for their server by multicast.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use fvprov::net::dhcp;
use fvprov::net::sip::listen::{ListenOn, Pnp, PnpEvent, Service};
use fvprov::serve::{Bound, ServedTree};

use super::addresses::url;
use super::args::{PnpArgs, ServeArgs};
use crate::cli::shared::{Failure, Global, out};

/// Responds to phones until this value is dropped.
pub struct Announcer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Announcer {
    /// Starts to respond to phones, if `--pnp` is set.
    pub fn start(
        global: &Global,
        args: &ServeArgs,
        bound: &[Bound],
        tree: &Arc<ServedTree>,
    ) -> Result<Option<Self>, Failure> {
        let PnpArgs { pnp, pnp_url, pnp_any, pnp_interface } = &args.pnp;
        if !pnp {
            return Ok(None);
        }
        for note in
            pnp_url.iter().map(|url| dhcp::check(url)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten()
        {
            global.note(&note);
        }
        let hear = pnp_interface.map_or(ListenOn::Everywhere, ListenOn::Interface);
        let pnp = Pnp::open(hear)?;
        let at: Vec<String> = pnp.interfaces.iter().map(ToString::to_string).collect();
        global.note(&format!("PnP: listening on {}", at.join(", ")));
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, tree, given, any) = (stop.clone(), tree.clone(), pnp_url.clone(), *pnp_any);
        // Phones receive the URL for the first protocol, with the address at which their request arrived.
        let first = bound.first().map(|bound| (bound.protocol, bound.address));
        let thread = std::thread::spawn(move || {
            let service = Service {
                url: &|mac, own| {
                    let root = tree.phone_root(mac, any);
                    let (protocol, address) = first?;
                    let host = if address.ip().is_unspecified() { own } else { address.ip() };
                    match &given {
                        Some(given) => (any || root.is_some()).then(|| given.clone()),
                        None => Some(url(protocol, (host, address.port()).into(), &root?)),
                    }
                },
                log: &|said: &PnpEvent| out::note("pnp", &said.to_string()),
            };
            if let Err(why) = pnp.run(&service, &stopped) {
                out::note("error", &format!("--pnp: {why}"));
            }
        });
        Ok(Some(Self { stop, thread: Some(thread) }))
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A panic in the thread has already been reported.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
