/// Version 3: whom the reader picked to answer, kept with the token that starts the reply.
let thirdSchema = """
    ALTER TABLE stream_token ADD COLUMN agent TEXT;
    """
