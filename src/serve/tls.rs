//! The certificate for HTTPS, either from files or self-signed for this run.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::error::Error;

/// Creates a configuration with the certificate chain (the server's own certificate first) and the private
/// key from two PEM files.
///
/// # Errors
/// A PEM file is not valid, or the certificate does not match the key.
pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Arc<ServerConfig>, Error> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
    let certificates = certificates.map_err(Error::CertificatePem)?;
    if certificates.is_empty() {
        return Err(Error::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| Error::NoPrivateKey)?;
    config(certificates, key)
}

/// Creates a configuration with a new self-signed certificate for these addresses and `localhost`.
///
/// # Errors
/// The certificate cannot be created.
pub fn self_signed(addresses: &[IpAddr]) -> Result<Arc<ServerConfig>, Error> {
    let names = addresses.iter().map(ToString::to_string).chain(["localhost".into()]);
    let made = rcgen::generate_simple_self_signed(names.collect::<Vec<_>>());
    let made = made.map_err(Error::CertificateNotCreated)?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(Error::PrivateKey)?;
    config(vec![made.cert.der().clone()], key)
}

fn config(
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, Error> {
    // Old firmware supports at most TLS 1.2.
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(Error::Tls)?;
    let config = builder.with_no_client_auth().with_single_cert(certificates, key);
    Ok(Arc::new(config.map_err(Error::KeyMismatch)?))
}
