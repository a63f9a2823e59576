#!/bin/sh
# Creates, renews or removes the metrics, alerts and dashboard of this folder with gcloud. See README.md.
set -eu

usage() {
  echo "usage: ops/gcloud.sh apply PROJECT projects/PROJECT/notificationChannels/ID" >&2
  echo "       ops/gcloud.sh remove PROJECT" >&2
  exit 2
}

[ $# -ge 2 ] || usage
action=$1
export CLOUDSDK_CORE_PROJECT="$2" CLOUDSDK_CORE_DISABLE_PROMPTS=1
cd "$(dirname "$0")"

# Older releases of gcloud have this command only in their alpha component.
policies="gcloud monitoring policies"
$policies --help >/dev/null 2>&1 || policies="gcloud alpha monitoring policies"

remove_policies_and_dashboard() {
  listed=$($policies list --format="value(name,userLabels.app)")
  echo "$listed" | awk -F '\t' '$2 == "calendar-sync" { print $1 }' | while read -r name; do
    $policies delete "$name"
  done
  listed=$(gcloud monitoring dashboards list --format="value(name,displayName)")
  echo "$listed" | awk -F '\t' '$2 == "Calendar sync" { print $1 }' | while read -r name; do
    gcloud monitoring dashboards delete "$name"
  done
}

metric_exists() {
  echo "$existing" | grep -qx "$1"
}

case $action in
apply)
  [ $# -eq 3 ] || usage
  case $3 in
  projects/*/notificationChannels/?*) ;;
  *) usage ;;
  esac
  existing=$(gcloud logging metrics list --format="value(name)")
  for file in metrics/*.json; do
    name=$(basename "$file" .json)
    if metric_exists "$name"; then verb=update; else verb=create; fi
    gcloud logging metrics "$verb" "$name" --config-from-file="$file"
  done
  remove_policies_and_dashboard
  gcloud monitoring dashboards create --config-from-file=dashboard.json
  for file in policies/*.json; do
    $policies create --policy-from-file="$file" --notification-channels="$3"
  done
  ;;
remove)
  [ $# -eq 2 ] || usage
  remove_policies_and_dashboard
  existing=$(gcloud logging metrics list --format="value(name)")
  for file in metrics/*.json; do
    name=$(basename "$file" .json)
    if metric_exists "$name"; then gcloud logging metrics delete "$name"; fi
  done
  ;;
*) usage ;;
esac
