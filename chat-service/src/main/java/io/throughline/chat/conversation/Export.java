package io.throughline.chat.conversation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.chat.conversation.ConversationStore.Conversation;
import io.throughline.chat.conversation.ConversationStore.Message;
import io.throughline.platform.access.Caller;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes a conversation out page by page: a million messages take no more memory than two hundred. */
@Singleton
class Export {

    private static final int PAGE = 200;

    private final ConversationStore store;
    private final ObjectMapper mapper;

    Export(ConversationStore store, ObjectMapper mapper) {
        this.store = store;
        this.mapper = mapper;
    }

    void write(Caller caller, Conversation conversation, OutputStream output) throws IOException {
        try (JsonGenerator json = mapper.getFactory().createGenerator(output)) {
            json.writeStartObject();
            json.writeStringField("id", conversation.id().toString());
            json.writeStringField("title", conversation.title());
            json.writeNumberField("messageCount", conversation.messageCount());
            json.writeStringField("createdAt", conversation.createdAt().toString());
            json.writeStringField("updatedAt", conversation.updatedAt().toString());
            json.writeArrayFieldStart("messages");
            long position = 0;
            List<Message> page;
            do {
                page = store.messagesAfter(caller, conversation.id(), position, PAGE);
                for (Message message : page) {
                    mapper.writeValue(json, message);
                    position = message.position();
                }
            } while (page.size() == PAGE);
            json.writeEndArray();
            json.writeEndObject();
        }
    }
}
