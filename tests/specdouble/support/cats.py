"""A document in three files, which refer to each other."""

HEAD = "openapi: 3.0.3\ninfo: {title: Cats, version: '1'}\n"
OK = "responses: {'200': {description: ok}}"
ROOT = (
    HEAD
    + """
paths:
  /cats/{id}/:
    $ref: paths.yaml#/cat
components:
  parameters:
    CatId: {name: id, in: path, required: true, schema: {type: integer}}
  schemas:
    Cat: {$ref: schemas.yaml#/Cat}
    Kitten: {$ref: schemas.yaml#/Kitten}
    Name: {type: string}
"""
)
PATHS = """
cat:
  parameters:
    - $ref: root.yaml#/components/parameters/CatId
  get:
    operationId: get_cat
    responses:
      200:
        description: The cat
        content:
          application/json:
            schema: {$ref: root.yaml#/components/schemas/Cat}
"""
SCHEMAS = """
Cat:
  type: object
  properties:
    name: {$ref: root.yaml#/components/schemas/Name}
    colour: {$ref: '#/Colour'}
    mother: {$ref: '#/Cat'}
    kittens: {type: array, items: {$ref: '#/Kitten'}}
Kitten:
  allOf: [{$ref: schemas.yaml#/Cat}]
Colour: {type: string, enum: [black, red]}
"""
