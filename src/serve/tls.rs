//! The certificate of HTTPS: one from files, or one that is made for this run.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A server with the certificates (its own first) and the private key of two PEM texts.
///
/// # Errors
/// Says what is wrong with them.
pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Arc<ServerConfig>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
    let certificates = certificates.map_err(|error| format!("--cert: this is no PEM: {error}"))?;
    if certificates.is_empty() {
        return Err("--cert: there is no certificate in it: PEM is needed, with BEGIN CERTIFICATE".into());
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
        "--key: there is no private key in it: PEM is needed, with BEGIN PRIVATE KEY".to_owned()
    })?;
    config(certificates, key)
}

/// A server with a certificate that is made for this run, for these addresses and `localhost`. No client trusts it of
/// itself.
///
/// # Errors
/// Says why none could be made.
pub fn self_made(addresses: &[IpAddr]) -> Result<Arc<ServerConfig>, String> {
    let names = addresses.iter().map(ToString::to_string).chain(["localhost".into()]);
    let made = rcgen::generate_simple_self_signed(names.collect::<Vec<_>>());
    let made = made.map_err(|error| format!("no certificate could be made: {error}"))?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
    config(vec![made.cert.der().clone()], key)
}

fn config(
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, String> {
    // TLS 1.2 is what old firmware knows at best.
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    let config = builder.with_no_client_auth().with_single_cert(certificates, key);
    Ok(Arc::new(config.map_err(|error| format!("--cert and --key do not belong together: {error}"))?))
}
