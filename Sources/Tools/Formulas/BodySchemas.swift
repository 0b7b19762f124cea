internal import JSONValue

// The arguments that several tools take.

let kilograms: JSON = ["type": "number", "minimum": 20, "maximum": 400, "description": "Body weight in kg."]
let centimetres: JSON = ["type": "number", "minimum": 100, "maximum": 250, "description": "Height in cm."]
