"""A message whose conversation is gone for good."""

from harness import Reader, ServerTest, new_id


class Gone(ServerTest):
    def test_it_is_not_found_when_it_comes_again_and_is_not_answered_twice(self):
        server = self.start(None, "--coach-pace-milliseconds", "0")
        reader = Reader(server)
        message = {"message": "Good morning!", "message_id": new_id(), "conversation_id": new_id()}
        self.assertEqual(reader.json("POST", "/api/v1/chat", message)[0], 200)
        self.assertEqual(reader.request("DELETE", f"/api/v1/conversations/{message['conversation_id']}")[0], 204)
        self.assertEqual(reader.request("DELETE", "/api/v1/bin")[0], 204)
        # What was still in memory is gone as well.
        self.assertEqual(server.terminate(), 0)
        reader.server = self.start(server.folder)
        for _ in range(2):
            status, answer = reader.json("POST", "/api/v1/chat", message)
            self.assertEqual((status, answer["error"]["code"]), (404, "not_found"))
        self.assertEqual(reader.json("GET", "/api/v1/conversations")[1]["conversations"], [])
