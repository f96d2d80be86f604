#!/usr/bin/env bash
# Creates the certificate authorities and certificates that deploy/kubernetes/overlays/production
# requires, valid for a year. Use it if you have no certificate authority.
#
#   deploy/make_certificates.sh <new folder> [<namespace>]
#
# The folder then has a subfolder for each secret of the overlay, "admin" with an admin's certificate,
# and "authorities". The keys in "authorities" can issue any certificate: keep them elsewhere.
set -euo pipefail

if [ $# -lt 1 ] || [ -e "$1" ]; then
  echo "usage: deploy/make_certificates.sh <new folder> [<namespace>]; the folder must not exist" >&2
  exit 2
fi
readonly FOLDER=$1 NAMESPACE=${2:-bellwether}
readonly KEY=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc)

umask 077
mkdir -p "$FOLDER/authorities"

# authority <name>
authority() {
  openssl req -x509 "${KEY[@]}" -days 365 -subj "/CN=Bellwether $1" \
    -keyout "$FOLDER/authorities/$1.key" -out "$FOLDER/authorities/$1.crt" 2>/dev/null
}

# issue <authority> <folder> <serverAuth or clientAuth> <subject alternative names>
issue() {
  mkdir -p "$FOLDER/$2"
  openssl req "${KEY[@]}" -subj "/CN=$2" -addext "subjectAltName=$4" \
    -addext "extendedKeyUsage=$3" -keyout "$FOLDER/$2/tls.key" 2>/dev/null |
    openssl x509 -req -days 365 -copy_extensions copy -CA "$FOLDER/authorities/$1.crt" \
      -CAkey "$FOLDER/authorities/$1.key" -CAcreateserial -out "$FOLDER/$2/tls.crt" 2>/dev/null
}

# names <service...>: their DNS names inside the namespace, outside of it, and on this machine.
names() {
  local service
  for service in "$@"; do
    printf 'DNS:%s,DNS:%s,DNS:%s,' "$service" "$service.$NAMESPACE.svc" \
      "$service.$NAMESPACE.svc.cluster.local"
  done
  printf 'DNS:localhost,IP:127.0.0.1'
}

# Two authorities, so that an agent's certificate is not valid on the admin port.
authority agents
authority admins
issue agents bellwether-tls serverAuth "$(names bellwether bellwether-admin)"
issue agents bellwether-agent-tls clientAuth DNS:bellwether-agent
issue admins admin clientAuth DNS:admin
mkdir "$FOLDER/bellwether-admin-ca"
cp "$FOLDER/authorities/agents.crt" "$FOLDER/bellwether-tls/ca.crt"
cp "$FOLDER/authorities/agents.crt" "$FOLDER/bellwether-agent-tls/ca.crt"
cp "$FOLDER/authorities/agents.crt" "$FOLDER/admin/ca.crt"
cp "$FOLDER/authorities/admins.crt" "$FOLDER/bellwether-admin-ca/ca.crt"
echo "Certificates are in $FOLDER"
