//! TLS servers with self-signed certificates.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

/// A self-signed certificate for this machine, and its private key, as PEM.
pub struct Certificate {
    pub certificate: String,
    pub key: String,
}

impl Certificate {
    pub fn new() -> Self {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        Self { certificate: made.cert.pem(), key: made.signing_key.serialize_pem() }
    }

    /// A certificate for these names, valid from the start of one year to the start of another.
    pub fn with(names: &[&str], (from, to): (i32, i32)) -> Self {
        let mut params = Self::params(names);
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        Self::sign(&params)
    }

    /// The certificate of an authority, for these names.
    pub fn authority(names: &[&str]) -> Self {
        let mut params = Self::params(names);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self::sign(&params)
    }

    /// A certificate that is not for servers.
    pub fn for_clients(names: &[&str]) -> Self {
        let mut params = Self::params(names);
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        Self::sign(&params)
    }

    /// A certificate of X.509 version 1, which rcgen cannot create. The private key is a different one: clients refuse the
    /// certificate before they check the key. Made with OpenSSL 3.0:
    /// `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout v1.key -subj /CN=127.0.0.1 -out v1.csr`,
    /// `openssl x509 -req -in v1.csr -signkey v1.key -days 36500`.
    pub fn version_1() -> Self {
        let certificate = "-----BEGIN CERTIFICATE-----
MIIBJDCBywIUXPVDbtqNSKwglQE6iIiz3K8ywH8wCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNzIxMTQzMloYDzIxMjYxMTAzMjExNDMy
WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAS2b9ssd06gevW2qWUx8r0mNmiGEl2uz3jeeHZeSx3IUwEahit/Pzl0qq86SCFq
wgUoBB64APWOxaULNlrryLljMAoGCCqGSM49BAMCA0gAMEUCIDrRk3oj8RMBFmyr
ieuKAAcnvTkl4xBV/6npj0YNudoFAiEAkAoLk1f0veJYzQQ9/YxxWIfWQg6A5fYv
7Rj20rz3pR8=
-----END CERTIFICATE-----
";
        Self { certificate: certificate.to_owned(), ..Self::new() }
    }

    fn params(names: &[&str]) -> rcgen::CertificateParams {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        rcgen::CertificateParams::new(names).unwrap()
    }

    fn sign(params: &rcgen::CertificateParams) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, key: key.serialize_pem() }
    }

    /// The settings of a server that presents this certificate.
    pub fn server_config(&self) -> Arc<ServerConfig> {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        // This check-free path also accepts a certificate that no client can parse.
        let key = provider.key_provider.load_private_key(key).unwrap();
        let certified = CertifiedKey::new(vec![certificate], key);
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        Arc::new(config)
    }
}
