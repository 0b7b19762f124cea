#!/bin/sh
# Asks Shuren and shows the events of the reply as they come, however often the connection breaks.
#
#   SHUREN_KEY=… Docs/Examples/ask.sh "Should I run today?"
#
# Needs curl. SHUREN_URL is http://127.0.0.1:8080 unless it is set.
set -eu
url=${SHUREN_URL:-http://127.0.0.1:8080}
# Made here and the same in every attempt: so the reply is written once, whatever happens on the way.
id=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
: >"$folder/events"

# Passes on whole events; one that is cut off comes again.
whole_events() {
  event=
  while IFS= read -r line; do
    event="$event$line
"
    [ -n "$line" ] || { printf '%s' "$event" && event=; }
  done
}

attempts=0
until grep -q -e '^data: {"done"' -e '^data: {"error"' "$folder/events"; do
  attempts=$((attempts + 1))
  [ "$attempts" -le 20 ] || { echo "The reply does not come." >&2 && exit 1; }
  last=$(sed -n 's/^id: //p' "$folder/events" | tail -n 1)
  {
    curl --silent --show-error --fail --retry 5 --no-buffer --get "$url/api/v1/chat/stream" \
      --header "Authorization: Bearer $SHUREN_KEY" --header "Last-Event-ID: ${last:-0}" \
      --data-urlencode "message=$1" --data "message_id=$id&events=all" || echo $? >"$folder/failure"
  } | whole_events | tee -a "$folder/events"
  # 22 is a refusal; everything else is the connection.
  ! grep -q '^22$' "$folder/failure" 2>/dev/null || exit 1
done

# What became of the message; nothing is asked a second time.
curl --silent --show-error --fail "$url/api/v1/messages/$id/receipt" --header "Authorization: Bearer $SHUREN_KEY"
echo
